import type { Sql } from '@trading/database';
import { dailyBarStart, endOfDate, nextDate, tradingDate } from '@trading/model';
import { advanceDay, startingState } from './dailyState';
import { type MetricRow, metricRows, storedState } from './metricRows';
import type { PerformanceBasis } from './performanceBasis';
import { deleteMetrics } from './sql/deleteMetrics';
import { lockFigures } from './sql/lockFigures';
import { selectDailyCloses } from './sql/selectDailyCloses';
import { selectFills } from './sql/selectFills';
import { selectStoredState } from './sql/selectStoredState';
import { upsertMetrics } from './sql/upsertMetrics';
import { summaryKey } from './summaryKey';
import { tradingDays } from './tradingDays';

/** What has to be computed. */
export interface Stretch {
  /** The first trading date whose bars or fills changed. */
  readonly from: string;
  /** Start of the last bar that may be seen; null goes no further than the figures that are there. */
  readonly through: Date | null;
}

/** A trading date whose figures changed. */
export interface ComputedDate {
  readonly date: string;
  readonly figures: readonly MetricRow[];
}

/**
 * Brings a strategy's figures up to date from a trading date on, and fills in dates that were missed before it.
 *
 * Figures are a function of the database alone (bars of the trading series, fills, the basis), so whatever the order in
 * which bars and trades are heard of, the last to be heard of makes them right. Each date's rows hold the sums that the
 * next date goes on from: a day costs the same however long the history is.
 *
 * @returns the dates whose figures are not what they were, in order
 */
export async function computeFigures(
  sql: Sql,
  basis: PerformanceBasis,
  stretch: Stretch,
): Promise<ComputedDate[]> {
  const { strategyId, accountId } = basis;
  await lockFigures(sql, strategyId);
  const stored = await selectStoredState(sql, { strategyId, accountId, before: stretch.from });
  const through = lastBarToSee(stretch.through, stored.lastDate);
  if (through === null) return [];

  const prior = stored.date === null ? null : storedState(basis, stored.rows);
  const startsOver = stored.date !== null && prior === null;
  if (startsOver) await deleteMetrics(sql, basis);
  const firstDate = prior === null || stored.date === null ? basis.startDate : nextDate(stored.date);
  const from = firstDate === null ? null : dailyBarStart(firstDate);
  const initial = prior ?? startingState(basis.startingCapital);
  const symbols = [...new Set([...basis.symbols, ...Object.keys(initial.holdings)])];
  const closes = await selectDailyCloses(sql, { symbols, dataSource: basis.series, from, through });
  if (closes.length === 0) return [];
  const until = endOfDate(tradingDate(through));
  const fills = await selectFills(sql, { strategyId, accountId, from, until });

  const computed: ComputedDate[] = [];
  let state = initial;
  for (const day of tradingDays(closes, fills)) {
    state = advanceDay(state, day);
    computed.push({ date: day.date, figures: metricRows(basis, day.date, state) });
  }
  const changed = await upsertMetrics(
    sql,
    basis,
    computed.flatMap(({ figures }) => figures),
    summaryKey(strategyId),
  );
  return computed.filter(({ date }) => changed.has(date));
}

/** A correction of the past reaches to the last date that has figures: those after it go on from it. */
function lastBarToSee(through: Date | null, lastDate: string | null): Date | null {
  if (lastDate === null) return through;
  // A moment before midnight, as a bar that starts at midnight belongs to the next date.
  const endOfFigures = new Date(endOfDate(lastDate).getTime() - 1);
  return through === null || tradingDate(through) < lastDate ? endOfFigures : through;
}
