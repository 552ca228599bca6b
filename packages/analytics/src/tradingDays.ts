import type { Decimal } from '@trading/model';
import type { TradingDay } from './dailyState';
import type { DailyClose } from './sql/selectDailyCloses';
import type { DatedFill } from './sql/selectFills';
import type { UnitChange } from './sql/selectUnitChanges';

/**
 * Puts closes and fills together by trading date. A day is a date with a bar; what was filled on a date without one
 * counts on the next day that has one, and what was filled after the last bar waits for it. A split comes on the first
 * day from its ex-date on.
 *
 * @param splits  those after the state that the first day goes on from, in order
 */
export function tradingDays(
  closes: readonly DailyClose[],
  fills: readonly DatedFill[],
  splits: readonly UnitChange[] = [],
): TradingDay[] {
  const byDate = new Map<string, Record<string, Decimal>>();
  for (const { date, symbol, close } of closes) byDate.set(date, { ...byDate.get(date), [symbol]: close });
  const dates = [...byDate.keys()].sort();
  let next = 0;
  let nextSplit = 0;
  return dates.map((date) => {
    const first = next;
    while (next < fills.length && (fills[next]?.date ?? '') <= date) next += 1;
    const firstSplit = nextSplit;
    while (nextSplit < splits.length && (splits[nextSplit]?.exDate ?? '') <= date) nextSplit += 1;
    return {
      date,
      fills: fills.slice(first, next),
      closes: byDate.get(date) ?? {},
      splits: splits.slice(firstSplit, nextSplit),
    };
  });
}
