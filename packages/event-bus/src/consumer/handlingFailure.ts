/** How much a failure says about its event: that it can't be read, that its handler failed, or that one near it did. */
export type FailureKind = 'unreadable' | 'handler' | 'near';

/** A handler's failure, with which event of the run it was about. */
export class HandlingFailure extends Error {
  readonly index: number;
  override readonly cause: Error;
  readonly kind: FailureKind;

  constructor(index: number, cause: unknown, kind: FailureKind) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    super(error.message);
    this.index = index;
    this.cause = error;
    this.kind = kind;
  }
}
