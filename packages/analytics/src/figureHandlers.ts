import type { BatchContext, BatchHandlers } from '@trading/event-bus';
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

/** Told of each strategy whose stored parameters can't be read; it is passed over. */
export type UnreadableStrategyListener = (strategyId: string, error: TradingError) => void;

/** What the handlers compute with. */
export interface FigureSettings {
  /** A year's, as a fraction. */
  readonly riskFreeRate: Decimal;
  readonly onUnreadableStrategy: UnreadableStrategyListener;
}

/** The events that change figures. */
type FigureEvent = TradingEvent<'market_data_updated' | 'trade_executed' | 'corporate_action_updated'>;

/** Handlers of the events that change figures. */
export type FigureHandlers = Required<Pick<BatchHandlers, FigureEvent['type']>>;

/**
 * Figures follow new or corrected bars and fills: those of every measured strategy that trades at a series' prices, to the
 * last bar's date, and those of a fill's date and of the dates after it that are there already. Once for a strategy,
 * however many events: figures are a function of what is stored, so the last of a batch's figures are all that there are.
 */
export function figureHandlers(settings: FigureSettings): FigureHandlers {
  const handle = async (events: readonly FigureEvent[], context: BatchContext) => {
    for (const [basis, causes] of await measured(events, context, settings)) {
      for (const computed of await computeFigures(context.tx, basis, stretchOf(causes))) {
        const { cause, occurredAt } = occurrence(causes, computed.date);
        context.publish(cause, 'performance_updated', performanceData(basis, computed), { occurredAt });
      }
    }
  };
  return { market_data_updated: handle, trade_executed: handle, corporate_action_updated: handle };
}

/** The strategies whose figures the events change, each with the events that do, in order. */
async function measured(
  events: readonly FigureEvent[],
  { tx }: BatchContext,
  settings: FigureSettings,
): Promise<Map<PerformanceBasis, readonly [FigureEvent, ...FigureEvent[]]>> {
  const bars = events.filter((event) => event.type === 'market_data_updated');
  const fills = events.filter((event) => event.type === 'trade_executed');
  const actions = events.filter((event) => event.type === 'corporate_action_updated').filter(isSplit);
  const strategies = await selectMeasuredStrategies(tx, {
    tradingSources: [...new Set(bars.map(({ data }) => data.dataSource))],
    symbols: [...new Set(bars.map(({ data }) => data.symbol))],
    // A fill that ends a stopped one's position counts too.
    strategyIds: [...new Set(fills.flatMap(({ data }) => data.strategyId ?? []))],
    // A split is of every series.
    splitSymbols: [...new Set(actions.map(({ data }) => data.symbol))],
  });
  const found = new Map<PerformanceBasis, readonly [FigureEvent, ...FigureEvent[]]>();
  for (const strategy of strategies) {
    const basis = readBasis(strategy, settings);
    if (basis === null) continue;
    const symbols = new Set(basis.symbols);
    const [first, ...others] = events.filter((event) => {
      if (event.type === 'trade_executed')
        return event.data.strategyId === basis.strategyId && event.data.accountId === basis.accountId;
      if (!strategy.measured || !symbols.has(event.data.symbol)) return false;
      return event.type === 'market_data_updated' ? event.data.dataSource === basis.series : isSplit(event);
    });
    if (first !== undefined) found.set(basis, [first, ...others]);
  }
  return found;
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

function isSplit({ data }: TradingEvent<'corporate_action_updated'>): boolean {
  return data.type === 'split';
}

/** The first trading date that an event is about. */
function firstDateOf({ type, data }: FigureEvent): string {
  if (type === 'corporate_action_updated') return data.exDate;
  return tradingDate(new Date(type === 'trade_executed' ? data.executedAt : data.from));
}

/** From the first date that any of the events is about, to the last bar that one of them tells of. */
function stretchOf(causes: readonly [FigureEvent, ...FigureEvent[]]): Stretch {
  const [from = ''] = causes.map(firstDateOf).sort();
  const ends = causes.flatMap(({ type, data }) =>
    type === 'market_data_updated' ? [new Date(data.to).getTime()] : [],
  );
  return {
    from,
    through: ends.length === 0 ? null : new Date(Math.max(...ends)),
    released: causes.some(({ type }) => type === 'corporate_action_updated'),
  };
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

/**
 * Which event a date's figures follow, and when they happened: the last event of the date, at its own time; for a date
 * that is filled in or recomputed the last event of all, at the date's start.
 */
function occurrence(
  causes: readonly [FigureEvent, ...FigureEvent[]],
  date: string,
): { cause: FigureEvent; occurredAt: Date } {
  const own = causes.findLast(({ occurredAt }) => tradingDate(occurredAt) === date);
  return own === undefined
    ? { cause: causes.at(-1) ?? causes[0], occurredAt: dailyBarStart(date) }
    : { cause: own, occurredAt: own.occurredAt };
}
