import { type ErrorCode, TradingError } from '@trading/model';

/** Why a handler was told to end before it had ended: this decides the state that its run gets. */
export type InterruptionCause =
  /** Somebody cancelled the run. */
  | 'cancelled'
  /** Its timeout passed. */
  | 'timed out'
  /** The worker shuts down and can't wait: the run is started again elsewhere. */
  | 'stopped';

const CODES = {
  cancelled: 'FLOW.CANCELLED',
  'timed out': 'FLOW.TIMED_OUT',
  stopped: 'FLOW.STOPPED',
} as const satisfies Record<InterruptionCause, ErrorCode>;

/** The reason of the handler's abort signal. */
export class InterruptedError extends TradingError {
  readonly interruption: InterruptionCause;

  constructor(interruption: InterruptionCause, message: string) {
    super(CODES[interruption], message, {
      kind: 'operational',
      details: { interruption },
    });
    this.interruption = interruption;
  }
}

/** How long a handler that was told to end may take to tidy up before its run's state is set without it. */
const GRACE_MS = 5_000;

/**
 * Runs `work` until it ends, or until the signal is aborted and the time to tidy up is over; then the signal's reason is
 * thrown. An error that `work` throws after an abort is the abort's echo, and the reason is thrown in its place.
 */
export async function runInterruptibly<Result>(
  parent: AbortSignal,
  timeoutSeconds: number | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  parent.throwIfAborted();
  const own = new AbortController();
  const forward = () => own.abort(parent.reason);
  parent.addEventListener('abort', forward, { once: true });
  const timer =
    timeoutSeconds === undefined
      ? undefined
      : setTimeout(
          () => own.abort(new InterruptedError('timed out', `took longer than ${timeoutSeconds} s`)),
          timeoutSeconds * 1000,
        );
  let grace: NodeJS.Timeout | undefined;
  const given = new Promise<never>((_resolve, reject) => {
    own.signal.addEventListener(
      'abort',
      () => {
        grace = setTimeout(() => reject(own.signal.reason), GRACE_MS);
      },
      { once: true },
    );
  });
  try {
    return await Promise.race([work(own.signal), given]);
  } catch (error) {
    throw own.signal.aborted ? own.signal.reason : error;
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
    parent.removeEventListener('abort', forward);
  }
}
