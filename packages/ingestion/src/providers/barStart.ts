import { dailyBarStart, tradingDate } from '@trading/model';
import { z } from 'zod';

/** A provider's time of a bar, ms since 1970: what lies outside of these years is no time, and may be none that a Date can hold. */
export const epochMs = z
  .number()
  .min(Date.UTC(1900, 0, 1))
  .max(Date.UTC(2200, 0, 1));
/** The same in seconds. */
export const epochSeconds = z
  .number()
  .min(Date.UTC(1900, 0, 1) / 1000)
  .max(Date.UTC(2200, 0, 1) / 1000);

/** Minutes that a bar of an intraday timeframe spans; undefined for a day or longer. */
function intradayMinutes(timeframe: string): number | undefined {
  const count = Number(timeframe.slice(0, -1));
  if (timeframe.endsWith('m')) return count;
  return timeframe.endsWith('h') ? count * 60 : undefined;
}

/** Where a provider's time says that a bar starts: a daily one at midnight in New York, whichever hour was given. */
export function barStart(epochMs: number, timeframe: string): Date {
  const moment = new Date(epochMs);
  return intradayMinutes(timeframe) === undefined ? dailyBarStart(tradingDate(moment)) : moment;
}

/** How long after its start a session's daily bar is final: the close at 16:00 in New York. */
const DAY_IS_OVER_MS = 16 * 3_600_000;

/** Whether a bar that starts then is over: one that still grows must not be stored. */
export function isOver(start: Date, timeframe: string, now: Date): boolean {
  const minutes = intradayMinutes(timeframe);
  const length =
    minutes !== undefined ? minutes * 60_000 : timeframe.endsWith('w') ? 5 * 86_400_000 : DAY_IS_OVER_MS;
  return start.getTime() + length <= now.getTime();
}
