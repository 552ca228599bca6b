import { Decimal, exactDecimal, type NumericColumn, roundToColumn } from '@trading/model';
import { z } from 'zod';
import type { DailyState } from './dailyState';
import { closedTrips, winRate } from './metrics/roundTrips';
import { type SharpeMethod, sharpeRatio } from './metrics/sharpeRatio';
import { describeBasis, type PerformanceBasis } from './performanceBasis';

/** The figures kept of each trading date, in `performance_metrics.metric`. */
export const METRICS = [
  'equity',
  'return',
  'sharpe_ratio',
  'max_drawdown',
  'win_rate',
  'total_trades',
  'breakeven_trades',
] as const;
export type Metric = (typeof METRICS)[number];

/** One figure of one trading date. */
export interface MetricRow {
  readonly metric: Metric;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** Null where the figure is not defined. */
  readonly value: Decimal | null;
  /** How it was computed, and the exact sums that it was computed from: the next day goes on from them. */
  readonly method: Readonly<Record<string, unknown>>;
}

/** DECIMAL(24,8): `performance_metrics.value`. Prices x quantities fit it exactly; quotients are rounded to it. */
const VALUE: NumericColumn = { precision: 24, scale: 8 };

/** The Sharpe ratio's method for daily figures on this basis. */
export function dailySharpe(basis: PerformanceBasis): SharpeMethod {
  return { periodsPerYear: 252, riskFreeRate: basis.riskFreeRate };
}

/**
 * A day's figures as rows.
 *
 * @throws TradingError `MODEL.DOES_NOT_FIT` for an equity of more than 16 digits before the point
 */
export function metricRows(basis: PerformanceBasis, date: string, state: DailyState): MetricRow[] {
  const sharpe = dailySharpe(basis);
  const { returns, drawdown, trips } = state;
  const rate = winRate(trips);
  const values: Record<Metric, [Decimal | null, Record<string, unknown>]> = {
    equity: [
      exactDecimal('equity', state.equity, VALUE),
      { ...describeBasis(basis), cash: text(state.cash), holdings: holdingsText(state) },
    ],
    return: [state.dayReturn, { series: 'daily', base: "the previous day's equity" }],
    sharpe_ratio: [
      sharpeRatio(returns, sharpe),
      {
        series: 'daily returns of equity, starting capital included',
        annualisation: `sqrt(${sharpe.periodsPerYear})`,
        ddof: 1,
        riskFreeRate: text(sharpe.riskFreeRate),
        count: returns.count,
        sum: text(returns.sum),
        sumOfSquares: text(returns.sumOfSquares),
      },
    ],
    max_drawdown: [
      drawdown.worst,
      {
        series: 'daily equity, starting capital included',
        peak: text(drawdown.peak),
        worst: text(drawdown.worst),
      },
    ],
    win_rate: [
      rate,
      { unit: 'percent of closed round trips, breakevens included, after commissions', ...trips },
    ],
    total_trades: [new Decimal(closedTrips(trips)), { unit: 'closed round trips' }],
    breakeven_trades: [new Decimal(trips.breakevens), { unit: 'closed round trips that ended at exactly 0' }],
  };
  return METRICS.map((metric) => {
    const [value, method] = values[metric];
    return { metric, date, value: value === null ? null : fitted(metric, value), method };
  });
}

function fitted(metric: Metric, value: Decimal): Decimal {
  return exactDecimal(metric, roundToColumn(value, VALUE), VALUE);
}

const decimal = z.string().transform((value) => new Decimal(value));
const count = z.int().nonnegative();

/** The rows that a state is read back from, and what their methods hold. */
const storedMethods = z.object({
  equity: z.looseObject({
    cash: decimal,
    holdings: z.record(z.string(), z.object({ quantity: decimal, cash: decimal, mark: decimal })),
  }),
  sharpe_ratio: z.object({ count, sum: decimal, sumOfSquares: decimal }),
  max_drawdown: z.object({ peak: decimal, worst: decimal }),
  win_rate: z.object({ wins: count, losses: count, breakevens: count }),
});

/** The metrics whose methods hold the state. */
export const STATE_METRICS: readonly Metric[] = storedMethods.keyof().options;

/**
 * Reads the state at the end of a date back from its rows.
 *
 * @param stored  by metric, those of {@link STATE_METRICS}
 * @returns null where rows are missing or were computed on another basis: then all is to be computed anew
 */
export function storedState(
  basis: PerformanceBasis,
  stored: Readonly<Record<string, { readonly value: string | null; readonly method: unknown }>>,
): DailyState | null {
  const methods = storedMethods.safeParse(
    Object.fromEntries(Object.entries(stored).map(([metric, { method }]) => [metric, method])),
  );
  const equity = stored.equity?.value ?? null;
  if (!methods.success || equity === null || !sameBasis(basis, methods.data.equity)) return null;
  const { cash, holdings } = methods.data.equity;
  return {
    cash,
    holdings,
    equity: new Decimal(equity),
    dayReturn: null,
    returns: methods.data.sharpe_ratio,
    drawdown: methods.data.max_drawdown,
    trips: methods.data.win_rate,
  };
}

function sameBasis(basis: PerformanceBasis, stored: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(describeBasis(basis)).every(
    ([field, value]) => JSON.stringify(stored[field]) === JSON.stringify(value),
  );
}

function holdingsText({ holdings }: DailyState): Record<string, Record<string, string>> {
  return Object.fromEntries(
    Object.entries(holdings).map(([symbol, { quantity, cash, mark }]) => [
      symbol,
      { quantity: text(quantity), cash: text(cash), mark: text(mark) },
    ]),
  );
}

function text(value: Decimal): string {
  return value.toString();
}
