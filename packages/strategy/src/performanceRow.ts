import { Decimal, type EventData, exactDecimal, type NumericColumn, roundToColumn } from '@trading/model';

/** A row of strategy_performance: returns and maxDrawdown are fractions, winRate is a percentage. */
export interface PerformanceRow {
  readonly strategyId: string;
  readonly date: string;
  readonly returns: Decimal | null;
  readonly sharpeRatio: Decimal | null;
  readonly maxDrawdown: Decimal;
  readonly totalTrades: number;
  readonly winRate: Decimal | null;
}

const RETURNS: NumericColumn = { precision: 10, scale: 4 };
const RATIO: NumericColumn = { precision: 8, scale: 4 };
const PERCENTAGE: NumericColumn = { precision: 5, scale: 2 };

/**
 * What strategy_performance keeps of the figures that analytics computed. They are quotients, so each is rounded to its
 * column's scale, half away from zero; analytics keeps the finer value. A figure too large for its column is refused.
 *
 * @throws TradingError `MODEL.DOES_NOT_FIT` naming the figure
 */
export function performanceRow(data: EventData<'performance_updated'>): PerformanceRow {
  return {
    strategyId: data.strategyId,
    date: data.date,
    returns: figure('returns', data.returns, RETURNS),
    sharpeRatio: figure('sharpe_ratio', data.sharpeRatio, RATIO),
    maxDrawdown: rounded('max_drawdown', data.maxDrawdown, RATIO),
    totalTrades: data.totalTrades,
    winRate: figure('win_rate', data.winRate, PERCENTAGE),
  };
}

function figure(field: string, text: string | null, column: NumericColumn): Decimal | null {
  return text === null ? null : rounded(field, text, column);
}

function rounded(field: string, text: string, column: NumericColumn): Decimal {
  return exactDecimal(field, roundToColumn(new Decimal(text), column), column);
}
