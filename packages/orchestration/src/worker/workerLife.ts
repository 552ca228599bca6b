import type { Worker } from '../client/apiTypes';

/** A worker is dead once this many of its heartbeats are missing; Prefect's server counts the same way. */
export const MISSED_HEARTBEATS = 3;

const DEFAULT_INTERVAL_SECONDS = 30;

/**
 * The names of the workers that live. Heartbeats bear the server's clock, so `own` worker's, which was just sent, says what
 * time the server has: no two machines' clocks are compared.
 */
export function livingWorkers(workers: readonly Worker[], own: string): ReadonlySet<string> {
  const heartbeats = workers.map((worker) => ({
    name: worker.name,
    at: Date.parse(worker.last_heartbeat_time ?? ''),
    // Half an interval more, so that a heartbeat that is only late doesn't count as missing.
    patienceMs:
      (worker.heartbeat_interval_seconds ?? DEFAULT_INTERVAL_SECONDS) * (MISSED_HEARTBEATS + 0.5) * 1000,
  }));
  const now = heartbeats.find(({ name }) => name === own)?.at;
  if (now === undefined) return new Set([own, ...heartbeats.map(({ name }) => name)]);
  return new Set(heartbeats.filter(({ at, patienceMs }) => at + patienceMs >= now).map(({ name }) => name));
}

/** One worker looks after the dead ones, so that two don't find the same run dead. */
export function isCaretaker(living: ReadonlySet<string>, own: string): boolean {
  return [...living].sort()[0] === own;
}
