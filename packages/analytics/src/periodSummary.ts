import type { Sql } from '@trading/database';
import { type CurveFigures, dailyBarStart, endOfDate } from '@trading/model';
import { equityHistory, type Period } from './accountHistory';
import { curveFigures } from './curveFigures';
import { NO_TRIPS, type TripCounts } from './metrics/roundTrips';
import { selectFillTotals } from './sql/selectFillTotals';
import type { StoredMetric } from './sql/selectMetricHistory';

/** How a strategy did over a period. */
export interface PeriodSummary extends CurveFigures {
  readonly strategyId: string;
  readonly accountId: string;
  /** First and last trading date with figures. */
  readonly from: string;
  readonly to: string;
  readonly days: number;
  readonly fills: number;
  readonly commission: string;
  /** Sum of quantity x price, both sides. */
  readonly turnover: string;
  readonly method: {
    readonly annualisation: string;
    readonly ddof: 1;
    readonly riskFreeRate: string;
    readonly series: string;
  };
}

/**
 * Sums a period up from the daily figures. Every figure is of the period alone: returns start from the equity before
 * it, trades count where they closed in it.
 *
 * @throws TradingError `ANALYTICS.NO_FIGURES`
 */
export async function periodSummary(
  sql: Sql,
  strategyId: string,
  period: Period = {},
): Promise<PeriodSummary> {
  const history = await equityHistory(sql, strategyId, period);
  const { accountId, startingEquity, curve, riskFreeRate, series, metrics } = history;
  const [from, to] = [curve[0]?.date ?? '', curve.at(-1)?.date ?? ''];
  const totals = await selectFillTotals(sql, {
    strategyId,
    accountId,
    from: dailyBarStart(from),
    until: endOfDate(to),
  });
  return {
    strategyId,
    accountId,
    from,
    to,
    days: curve.length,
    ...curveFigures(
      startingEquity,
      curve.map(({ equity }) => equity),
      tripsBetween(metrics, from),
      riskFreeRate,
    ),
    ...totals,
    method: {
      annualisation: 'sqrt(252)',
      ddof: 1,
      riskFreeRate: riskFreeRate.toString(),
      series: `daily equity at the closes of ${series}, starting equity included`,
    },
  };
}

/** The trips that closed from a date on: counts at the end less counts before it. */
function tripsBetween(history: readonly StoredMetric[], from: string): TripCounts {
  const rates = history.filter(({ metric }) => metric === 'win_rate');
  const end = tripCounts(rates.at(-1));
  const start = tripCounts(rates.findLast(({ date }) => date < from));
  return {
    wins: end.wins - start.wins,
    losses: end.losses - start.losses,
    breakevens: end.breakevens - start.breakevens,
  };
}

function tripCounts(row: StoredMetric | undefined): TripCounts {
  if (row === undefined) return NO_TRIPS;
  const { wins, losses, breakevens } = row.method;
  return { wins: Number(wins), losses: Number(losses), breakevens: Number(breakevens) };
}
