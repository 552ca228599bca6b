import { setTimeout as delay } from 'node:timers/promises';
import { isTradingError } from '@trading/model';
import type { State, StateCreate } from '../client/apiTypes';
import { StateRefusedError } from '../client/prefectError';

/** Asks the server for a state of one run. */
export type Propose = (state: StateCreate) => Promise<State>;

/**
 * Sets a run to Running, waiting as often as the server says that it is too early.
 *
 * @throws StateRefusedError where the run may not run
 */
export async function enterRunning(
  propose: Propose,
  state: StateCreate,
  signal: AbortSignal,
): Promise<State> {
  for (;;) {
    try {
      return await propose(state);
    } catch (error) {
      if (!(error instanceof StateRefusedError) || error.status !== 'WAIT') throw error;
      await delay(Math.max(0.2, error.delaySeconds ?? 1) * 1000, undefined, { signal });
    }
  }
}

/** The time at which the server wants a failed run tried again; undefined where it doesn't. */
export function retryTimeOf(error: unknown): Date | undefined {
  if (!(error instanceof StateRefusedError)) return undefined;
  const { currentState } = error;
  if (currentState?.type !== 'SCHEDULED') return undefined;
  const at = currentState.state_details?.scheduled_time;
  return at === undefined || at === null ? new Date() : new Date(at);
}

/** Sleeps until a moment, which may lie in the past. */
export async function sleepUntil(at: Date, signal: AbortSignal): Promise<void> {
  const wait = at.getTime() - Date.now();
  if (wait > 0) await delay(wait, undefined, { signal });
}

/** What went wrong, for the state's message. */
export function failureMessage(error: unknown): string {
  if (isTradingError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
