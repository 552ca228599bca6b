import type { Sql } from '@trading/database';
import { dailyBarStart, endOfDate, nextDate, tradingDate } from '@trading/model';
import { advanceDay, startingState } from './dailyState';
import { type MetricRow, metricRows, storedState } from './metricRows';
import type { PerformanceBasis } from './performanceBasis';
import { inSharesOfTheDay } from './sharesOfTheDay';
import { deleteMetrics } from './sql/deleteMetrics';
import { lockFigures } from './sql/lockFigures';
import { selectDailyCloses } from './sql/selectDailyCloses';
import { selectFills } from './sql/selectFills';
import { selectStoredMarks } from './sql/selectStoredMarks';
import { selectStoredState } from './sql/selectStoredState';
import { selectUnitChanges } from './sql/selectUnitChanges';
import { upsertMetrics } from './sql/upsertMetrics';
import { summaryKey } from './summaryKey';
import { tradingDays } from './tradingDays';

/** What has to be computed. */
export interface Stretch {
  /** The first trading date whose bars or fills changed. */
  readonly from: string;
  /** Start of the last bar that may be seen; null goes no further than the figures that are there. */
  readonly through: Date | null;
  /** A split became known: days that waited for it are computed too, up to the last bar. */
  readonly released: boolean;
}

/** A trading date whose figures changed. */
export interface ComputedDate {
  readonly date: string;
  readonly figures: readonly MetricRow[];
}

/**
 * Brings a strategy's figures up to date from a trading date on, and fills in dates that were missed before it.
 *
 * Figures are a function of the database alone (bars of the trading series, splits, fills, the basis), so whatever the order in
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
  await lockFigures(sql);
  const stored = await selectStoredState(sql, { strategyId, accountId, before: stretch.from });
  const through = lastBarToSee(stretch, stored.lastDate);
  if (through === null) return [];

  const prior = stored.date === null ? null : storedState(basis, stored.rows);
  const startsOver = stored.date !== null && prior === null;
  if (startsOver) await deleteMetrics(sql, basis);
  const firstDate = prior === null || stored.date === null ? basis.startDate : nextDate(stored.date);
  const from = firstDate === null ? null : dailyBarStart(firstDate);
  const initial = prior ?? startingState(basis.startingCapital);
  const symbols = [...new Set([...basis.symbols, ...Object.keys(initial.holdings)])];
  const bars = await selectDailyCloses(sql, { symbols, dataSource: basis.series, from, through });
  if (bars.length === 0) return [];
  const { changes, unexplained } = await selectUnitChanges(sql, {
    symbols,
    dataSource: basis.series,
    through: tradingDate(through),
    accountId,
    computedUntil: stored.lastDate === null ? null : new Date(endOfDate(stored.lastDate).getTime() - 1),
  });
  // What the bars are of is not known: past figures stay, and new ones wait for the split, or for somebody to say that
  // there is none.
  if (unexplained) return [];
  const marks = changes.some(({ rewritten }) => rewritten)
    ? await selectStoredMarks(sql, { strategyId, accountId, from: firstDate ?? '-infinity' })
    : new Map();
  const closes = inSharesOfTheDay(bars, changes, marks);
  const until = endOfDate(tradingDate(through));
  const fills = await selectFills(sql, { strategyId, accountId, from, until });

  const computed: ComputedDate[] = [];
  let state = initial;
  const splits = changes.filter(({ exDate }) => stored.date === null || startsOver || exDate > stored.date);
  for (const day of tradingDays(closes, fills, splits)) {
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

/** The end of the years that bars can be of. */
const NO_BAR_AFTER = new Date('2200-12-30T00:00:00Z');

/** A correction of the past reaches to the last date that has figures: those after it go on from it. */
function lastBarToSee({ through, released }: Stretch, lastDate: string | null): Date | null {
  if (lastDate === null) return through;
  if (released) return NO_BAR_AFTER;
  // A moment before midnight, as a bar that starts at midnight belongs to the next date.
  const endOfFigures = new Date(endOfDate(lastDate).getTime() - 1);
  return through === null || tradingDate(through) < lastDate ? endOfFigures : through;
}
