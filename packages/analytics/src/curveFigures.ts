import { type CurveFigures, type Decimal, roundToColumn } from '@trading/model';
import { maxDrawdown } from './metrics/drawdown';
import { curveReturns } from './metrics/equityReturn';
import { closedTrips, type TripCounts, winRate } from './metrics/roundTrips';
import { returnStatistics, sharpeRatio } from './metrics/sharpeRatio';

const RATIO = { precision: 24, scale: 8 };

/**
 * Sums an equity curve up.
 *
 * @param curve  a point a trading day, after the one that it starts from
 * @param riskFreeRate  a year's, as a fraction
 */
export function curveFigures(
  startingEquity: Decimal,
  curve: readonly Decimal[],
  trips: TripCounts,
  riskFreeRate: Decimal,
): CurveFigures {
  const points = [startingEquity, ...curve];
  const finalEquity = points.at(-1) ?? startingEquity;
  return {
    startingEquity: startingEquity.toString(),
    finalEquity: finalEquity.toString(),
    totalReturn: startingEquity.gt(0) ? ratio(finalEquity.div(startingEquity).minus(1)) : null,
    sharpeRatio: ratio(
      sharpeRatio(returnStatistics(curveReturns(points)), { periodsPerYear: 252, riskFreeRate }),
    ),
    maxDrawdown: ratio(maxDrawdown(points)) ?? '0',
    closedTrades: closedTrips(trips),
    ...trips,
    winRate: ratio(winRate(trips)),
  };
}

function ratio(value: Decimal | null): string | null {
  return value === null ? null : roundToColumn(value, RATIO).toString();
}
