import { isTradingError } from '@trading/model';

const OUTAGES = [
  'DATABASE.UNAVAILABLE',
  'DATABASE.POOL_EXHAUSTED',
  'DATABASE.TOO_MANY_CONNECTIONS',
  'DATABASE.OUT_OF_RESOURCES',
] as const;

/** Whether a failure says nothing about the event: the database is away or overloaded. It doesn't count as an attempt. */
export function isOutage(error: unknown): boolean {
  return OUTAGES.some((code) => isTradingError(error, code));
}
