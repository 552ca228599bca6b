import type { EventHandler, HandlerContext } from '@trading/event-bus';
import {
  type Decimal,
  dailyBarStart,
  type EventData,
  isTradingError,
  type TradingError,
  type TradingEvent,
  tradingDate,
} from '@trading/model';
import { type ComputedDate, computeFigures, type Stretch } from './computeFigures';
import type { Metric } from './metricRows';
import { type PerformanceBasis, performanceBasis } from './performanceBasis';
import { type StrategyRow, selectMeasuredStrategies } from './sql/selectMeasuredStrategies';
import { selectStrategy } from './sql/selectStrategy';

/** Told of each strategy whose stored parameters can't be read; it is passed over. */
export type UnreadableStrategyListener = (strategyId: string, error: TradingError) => void;

/** What the handlers compute with. */
export interface FigureSettings {
  /** A year's, as a fraction. */
  readonly riskFreeRate: Decimal;
  readonly onUnreadableStrategy: UnreadableStrategyListener;
}

/** New or corrected bars: the figures of every measured strategy that trades at this series' prices, to the last bar's date. */
export function onMarketData(settings: FigureSettings): EventHandler<'market_data_updated'> {
  return async (event, context) => {
    const { symbol, dataSource, from, to } = event.data;
    const strategies = await selectMeasuredStrategies(context.tx, { symbol, tradingSource: dataSource });
    for (const strategy of strategies) {
      const basis = readBasis(strategy, settings);
      if (basis === null) continue;
      await compute(event, context, basis, { from: tradingDate(new Date(from)), through: new Date(to) });
    }
  };
}

/** A fill: the figures of its trading date and of those after it that are there already. */
export function onTrade(settings: FigureSettings): EventHandler<'trade_executed'> {
  return async (event, context) => {
    const { strategyId, executedAt, accountId } = event.data;
    if (strategyId === null) return;
    const strategy = await selectStrategy(context.tx, strategyId);
    if (strategy === undefined) return;
    const basis = readBasis(strategy, settings);
    if (basis === null || basis.accountId !== accountId) return;
    await compute(event, context, basis, { from: tradingDate(new Date(executedAt)), through: null });
  };
}

/** One strategy that was edited by hand must not stop the figures of the others. */
function readBasis(
  { strategy_id: strategyId, parameters }: StrategyRow,
  { riskFreeRate, onUnreadableStrategy }: FigureSettings,
): PerformanceBasis | null {
  try {
    return performanceBasis(strategyId, parameters, riskFreeRate);
  } catch (error) {
    if (!isTradingError(error)) throw error;
    onUnreadableStrategy(strategyId, error);
    return null;
  }
}

async function compute(
  event: TradingEvent,
  { tx, publish }: HandlerContext,
  basis: PerformanceBasis,
  stretch: Stretch,
): Promise<void> {
  for (const computed of await computeFigures(tx, basis, stretch)) {
    publish('performance_updated', performanceData(basis, computed), {
      occurredAt: marketTime(event, computed.date),
    });
  }
}

function performanceData(
  basis: PerformanceBasis,
  { date, figures }: ComputedDate,
): EventData<'performance_updated'> {
  const value = (metric: Metric) => figures.find((row) => row.metric === metric)?.value?.toString() ?? null;
  return {
    strategyId: basis.strategyId,
    accountId: basis.accountId,
    date,
    equity: value('equity') ?? '0',
    returns: value('return'),
    sharpeRatio: value('sharpe_ratio'),
    maxDrawdown: value('max_drawdown') ?? '0',
    totalTrades: Number(value('total_trades') ?? 0),
    winRate: value('win_rate'),
  };
}

/** The event's own time for its own date; the date's start for one that is filled in or recomputed. */
function marketTime(event: TradingEvent, date: string): Date {
  return tradingDate(event.occurredAt) === date ? event.occurredAt : dailyBarStart(date);
}
