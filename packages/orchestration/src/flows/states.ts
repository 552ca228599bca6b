import type { StateCreate } from '../client/apiTypes';
import { type JsonValue, resultData } from './json';

/** Who holds a run: in the data of its Pending and Running states, so that claiming it and saying who did is one step. */
export interface Claim {
  readonly worker: string;
}

const CLAIM = 'trading.claim';

/** A worker took the run and is about to start it. */
export function pending(claim: Claim): StateCreate {
  return {
    type: 'PENDING',
    name: 'Pending',
    message: `Picked up by ${claim.worker}`,
    data: { type: CLAIM, worker: claim.worker },
  };
}

/** The handler runs. */
export function running(claim?: Claim): StateCreate {
  return {
    type: 'RUNNING',
    name: 'Running',
    ...(claim === undefined
      ? {}
      : { message: `On ${claim.worker}`, data: { type: CLAIM, worker: claim.worker } }),
  };
}

/** The worker that a state names; undefined where it names none. */
export function claimOf(data: unknown): Claim | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  if (!('type' in data) || data.type !== CLAIM || !('worker' in data)) return undefined;
  return typeof data.worker === 'string' ? { worker: data.worker } : undefined;
}

/** Done. The stored result also keeps Prefect from letting a worker with a stale list run it again. */
export function completed(result: JsonValue | undefined, message?: string): StateCreate {
  return {
    type: 'COMPLETED',
    name: 'Completed',
    data: resultData(result),
    ...(message === undefined ? {} : { message }),
  };
}

/** Nothing was to be done. */
export function completedAsSkipped(reason: string): StateCreate {
  return { type: 'COMPLETED', name: 'Skipped', message: reason, data: resultData(null) };
}

/** The handler threw, or took too long (`TimedOut`). */
export function failed(message: string, name: 'Failed' | 'TimedOut' = 'Failed'): StateCreate {
  return { type: 'FAILED', name, message };
}

/** Somebody asked for it to end, and it did. */
export function cancelled(message: string): StateCreate {
  return { type: 'CANCELLED', name: 'Cancelled', message };
}

/** The process or machine under the run went away. */
export function crashed(message: string): StateCreate {
  return { type: 'CRASHED', name: 'Crashed', message };
}

/** To be picked up again, by any worker, at that time. */
export function awaitingRetry(at: Date, message: string): StateCreate {
  return {
    type: 'SCHEDULED',
    name: 'AwaitingRetry',
    message,
    state_details: { scheduled_time: at.toISOString() },
  };
}
