/** A handler's failure, with which event of the run it was about. */
export class HandlingFailure extends Error {
  readonly index: number;
  override readonly cause: Error;
  /** Trying again can't help: the event itself is not readable. */
  readonly unreadable: boolean;

  constructor(index: number, cause: unknown, unreadable: boolean) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    super(error.message);
    this.index = index;
    this.cause = error;
    this.unreadable = unreadable;
  }
}
