import type { Sql } from '@trading/database';
import { type CurveFigures, Decimal, dailyBarStart, endOfDate, TradingError } from '@trading/model';
import { curveFigures } from './curveFigures';
import { NO_TRIPS, type TripCounts } from './metrics/roundTrips';
import { selectFigureSpan } from './sql/selectFigureSpan';
import { selectFillTotals } from './sql/selectFillTotals';
import { type StoredMetric, selectMetricHistory } from './sql/selectMetricHistory';

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
 * @param period  trading dates, both included; all that there is, unless given
 * @throws TradingError `ANALYTICS.NO_FIGURES`
 */
export async function periodSummary(
  sql: Sql,
  strategyId: string,
  period: { readonly from?: string; readonly to?: string } = {},
): Promise<PeriodSummary> {
  const span = await selectFigureSpan(sql, strategyId);
  const from = period.from ?? span?.firstDate ?? '';
  const to = period.to ?? span?.lastDate ?? '';
  const history =
    span === undefined
      ? []
      : (
          await selectMetricHistory(sql, {
            strategyId,
            metrics: ['equity', 'win_rate'],
            from: span.firstDate,
            to,
          })
        ).filter(({ accountId }) => accountId === span.accountId);
  const equities = history.filter(({ metric }) => metric === 'equity');
  const inside = equities.filter(({ date }) => date >= from);
  const [first, last] = [inside[0], inside.at(-1)];
  if (span === undefined || first === undefined || last === undefined) throw noFigures(strategyId, period);

  const before = equities.findLast(({ date }) => date < from);
  const startingEquity = new Decimal(before?.value ?? String(first.method.startingCapital));
  const curve = inside.map(({ value }) => new Decimal(value ?? '0'));
  const riskFreeRate = new Decimal(String(last.method.riskFreeRate));
  const { accountId } = span;
  const totals = await selectFillTotals(sql, {
    strategyId,
    accountId,
    from: dailyBarStart(first.date),
    until: endOfDate(last.date),
  });
  return {
    strategyId,
    accountId,
    from: first.date,
    to: last.date,
    days: inside.length,
    ...curveFigures(startingEquity, curve, tripsBetween(history, from), riskFreeRate),
    ...totals,
    method: {
      annualisation: 'sqrt(252)',
      ddof: 1,
      riskFreeRate: riskFreeRate.toString(),
      series: `daily equity at the closes of ${String(last.method.series)}, starting equity included`,
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

function noFigures(
  strategyId: string,
  period: { readonly from?: string; readonly to?: string },
): TradingError {
  const when =
    period.from === undefined && period.to === undefined ? '' : ` from ${period.from} to ${period.to}`;
  return new TradingError(
    'ANALYTICS.NO_FIGURES',
    `there are no figures of strategy '${strategyId}'${when}: they are computed when bars of its trading series arrive`,
    { details: { strategyId, ...period } },
  );
}
