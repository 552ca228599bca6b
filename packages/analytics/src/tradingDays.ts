import type { Decimal } from '@trading/model';
import type { TradingDay } from './dailyState';
import type { DailyClose } from './sql/selectDailyCloses';
import type { DatedFill } from './sql/selectFills';

/**
 * Puts closes and fills together by trading date. A day is a date with a bar; what was filled on a date without one
 * counts on the next day that has one, and what was filled after the last bar waits for it.
 */
export function tradingDays(closes: readonly DailyClose[], fills: readonly DatedFill[]): TradingDay[] {
  const byDate = new Map<string, Record<string, Decimal>>();
  for (const { date, symbol, close } of closes) byDate.set(date, { ...byDate.get(date), [symbol]: close });
  const dates = [...byDate.keys()].sort();
  let next = 0;
  return dates.map((date) => {
    const first = next;
    while (next < fills.length && (fills[next]?.date ?? '') <= date) next += 1;
    return { date, fills: fills.slice(first, next), closes: byDate.get(date) ?? {} };
  });
}
