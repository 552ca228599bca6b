/** One thing that a long command is doing or has done, in words that a person reads. Never holds a password. */
export interface ProgressEvent {
  /** Stable name of the step, e.g. `postgres.init`; a progress bar or a test may branch on it. */
  readonly step: string;
  readonly message: string;
}

/** Receives what a command does while it does it. */
export type Progress = (event: ProgressEvent) => void;

/** For callers that don't listen. */
export const silent: Progress = () => undefined;
