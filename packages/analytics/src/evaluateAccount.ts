import { type CurveFigures, Decimal } from '@trading/model';
import { curveFigures } from './curveFigures';
import { advanceDay, startingState } from './dailyState';
import type { DailyClose } from './sql/selectDailyCloses';
import type { DatedFill } from './sql/selectFills';
import { tradingDays } from './tradingDays';

/** An account's equity at the close of a trading date. */
export interface EquityPoint {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly equity: Decimal;
}

/** How an account did, day by day and in all. */
export interface AccountEvaluation {
  readonly curve: readonly EquityPoint[];
  readonly figures: CurveFigures;
}

/**
 * Figures of an account in memory: what the service computes of the same fills and closes, day by day.
 *
 * @param fills  in the order of their execution
 * @param riskFreeRate  a year's, as a fraction
 */
export function evaluateAccount(
  startingCapital: Decimal,
  closes: readonly DailyClose[],
  fills: readonly DatedFill[],
  riskFreeRate: Decimal = new Decimal(0),
): AccountEvaluation {
  let state = startingState(startingCapital);
  const curve = tradingDays(closes, fills).map((day): EquityPoint => {
    state = advanceDay(state, day);
    return { date: day.date, equity: state.equity };
  });
  const equities = curve.map(({ equity }) => equity);
  return { curve, figures: curveFigures(startingCapital, equities, state.trips, riskFreeRate) };
}
