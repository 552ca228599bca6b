import { Decimal } from '@trading/model';
import type { DatedFill } from '../sql/selectFills';
import { type BenchmarkFigures, benchmarkFigures } from './benchmarkFigures';
import { type Drawdown, drawdowns } from './drawdowns';
import { type CurvePoint, dailyReturns, daysBetween } from './equityCurve';
import { monthlyReturns, type PeriodReturn, yearlyReturns } from './periodReturns';
import { compoundGrowth, type ReturnFigures, returnFigures } from './returnFigures';
import { type RoundTrip, type RoundTripFigures, roundTripFigures, roundTripTable } from './roundTripTable';
import { mean, ratio } from './statistics';

/** An account over a period, live or in a backtest: all that its figures are computed from. */
export interface TrackRecord {
  /** Equity before the first date; above 0. */
  readonly startingEquity: number;
  /** Equity at the close of each trading date, in order; at least one. */
  readonly curve: readonly CurvePoint[];
  /**
   * In the order of their execution. What was filled before the first date says what was held then; round trips count
   * where they closed in the period.
   */
  readonly fills: readonly DatedFill[];
  /** A year's, as a fraction. */
  readonly riskFreeRate: number;
  /** Closes of what it is compared with, from the last date before the period on. */
  readonly benchmark?: { readonly name: string; readonly closes: readonly CurvePoint[] } | undefined;
}

/**
 * What a period comes to, as a research report has it. Fractions unless said otherwise; null where a figure is not defined.
 * Floating point: the exact figures that are stored are those of `CurveFigures`.
 */
export interface ResearchFigures extends ReturnFigures {
  readonly startingEquity: number;
  readonly finalEquity: number;
  readonly totalReturn: number | null;
  /** (end / start)^(365.25 / days) - 1, days from the first to the last date. */
  readonly cagr: number | null;
  /** At or below 0. */
  readonly maxDrawdown: number;
  /** Calendar days of the longest fall, from its high until it is reached again. */
  readonly longestDrawdownDays: number;
  /** cagr / |maxDrawdown|. */
  readonly calmar: number | null;
  /** The part of trading dates at whose close something was held. */
  readonly exposure: number | null;
  /** What was bought and sold, a year, as a multiple of mean equity. */
  readonly turnover: number | null;
  readonly trades: RoundTripFigures;
  readonly benchmark: (BenchmarkFigures & { readonly name: string }) | null;
  readonly months: readonly PeriodReturn[];
  readonly years: readonly PeriodReturn[];
  /** The deepest first. */
  readonly drawdowns: readonly Drawdown[];
  readonly roundTrips: readonly RoundTrip[];
}

/**
 * Computes the figures of a period.
 *
 * @throws TradingError `ANALYTICS.RUINED` where equity reaches 0 before the last date
 */
export function researchFigures(record: TrackRecord): ResearchFigures {
  const { startingEquity, curve, fills, riskFreeRate, benchmark } = record;
  const first = curve[0]?.date ?? '';
  const returns = dailyReturns(startingEquity, curve);
  const finalEquity = curve.at(-1)?.value ?? startingEquity;
  const days = daysBetween(first, curve.at(-1)?.date ?? '');
  const falls = drawdowns(startingEquity, curve);
  const cagr = compoundGrowth(startingEquity, finalEquity, days);
  const maxDrawdown = falls[0]?.depth ?? 0;
  const roundTrips = roundTripTable(fills).filter(({ closed }) => closed >= first);
  return {
    startingEquity,
    finalEquity,
    totalReturn: ratio(finalEquity - startingEquity, startingEquity),
    cagr,
    ...returnFigures(returns, riskFreeRate),
    maxDrawdown,
    longestDrawdownDays: falls.reduce((most, fall) => Math.max(most, fall.days), 0),
    calmar: cagr === null ? null : ratio(cagr, -maxDrawdown),
    exposure: exposure(curve, fills),
    turnover: turnover(curve, fills, days),
    trades: roundTripFigures(roundTrips),
    benchmark:
      benchmark === undefined
        ? null
        : {
            name: benchmark.name,
            ...benchmarkFigures(
              curve.map(({ date }) => date),
              returns,
              benchmark.closes,
              riskFreeRate,
            ),
          },
    months: monthlyReturns(startingEquity, curve),
    years: yearlyReturns(startingEquity, curve),
    drawdowns: falls,
    roundTrips,
  };
}

function exposure(curve: readonly CurvePoint[], fills: readonly DatedFill[]): number | null {
  const held = new Map<string, Decimal>();
  let next = 0;
  let invested = 0;
  for (const { date } of curve) {
    for (; (fills[next]?.date ?? '9') <= date; next += 1) {
      const fill = fills[next] as DatedFill;
      const signed = fill.side === 'buy' ? fill.quantity : fill.quantity.negated();
      const quantity = (held.get(fill.symbol) ?? new Decimal(0)).plus(signed);
      if (quantity.isZero()) held.delete(fill.symbol);
      else held.set(fill.symbol, quantity);
    }
    if (held.size > 0) invested += 1;
  }
  return ratio(invested, curve.length);
}

function turnover(curve: readonly CurvePoint[], fills: readonly DatedFill[], days: number): number | null {
  const inside = fills.filter(({ date }) => date >= (curve[0]?.date ?? ''));
  const traded = inside.reduce((sum, { quantity, price }) => sum.plus(quantity.times(price)), new Decimal(0));
  const equity = mean(Float64Array.from(curve, ({ value }) => value));
  return ratio(traded.toNumber() * 365.25, equity * days);
}
