import type { PrefectClient } from '../client/prefectClient';
import { InterruptedError } from './interruption';

/** Notices that a run is no longer to go on. */
export interface CancellationWatch {
  /** Aborted with an {@link InterruptedError} of cause `cancelled`. */
  readonly signal: AbortSignal;
  stop(): void;
}

/** Asks for the run's state every `pollMs` (5 s unless told); a server that is away is asked again the next time. */
export function watchCancellation(
  client: PrefectClient,
  flowRunId: string,
  pollMs = 5_000,
): CancellationWatch {
  const controller = new AbortController();
  let asking = false;
  const ask = async () => {
    if (asking) return;
    asking = true;
    const run = await client.flowRuns.byId(flowRunId).catch(() => undefined);
    asking = false;
    if (run?.state_type === 'CANCELLING' || run?.state_type === 'CANCELLED')
      controller.abort(new InterruptedError('cancelled', 'The run was cancelled'));
  };
  const timer = setInterval(() => void ask(), pollMs);
  timer.unref();
  return { signal: controller.signal, stop: () => clearInterval(timer) };
}
