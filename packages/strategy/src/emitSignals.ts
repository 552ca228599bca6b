import type { BatchContext, BatchHandler } from '@trading/event-bus';
import { Decimal, type EventData, type TradingEvent } from '@trading/model';
import { BarWindow, TICKS_PER_UNIT } from './define/bars';
import type { Wanted } from './define/decision';
import type { ReadyStrategy } from './define/defineStrategy';
import type { PreparedStrategies } from './preparedStrategies';
import { signalId } from './signalId';
import { insertSignals, type NewSignal } from './sql/insertSignals';
import { selectActiveStrategies } from './sql/selectActiveStrategies';
import { type ReadBars, selectBars } from './sql/selectBars';

type MarketDataUpdated = TradingEvent<'market_data_updated'>;

/** A strategy that reads a series. */
interface Reader {
  readonly strategyId: string;
  readonly strategy: ReadyStrategy;
}

/** What a strategy says on account of an event. */
interface Candidate {
  readonly event: MarketDataUpdated;
  readonly row: NewSignal;
  readonly data: EventData<'signal_generated'>;
}

/**
 * Lets every active strategy that reads the series decide, on the last bar of each event only and on nothing after it: a
 * backfill gives no orders for the past, and a replay over a full database sees what live trading saw. Three statements,
 * however many events.
 */
export function emitSignals(strategies: PreparedStrategies): BatchHandler<'market_data_updated'> {
  return async (events, { tx, publish }) => {
    const readersOf = await findReaders(tx, strategies, events);
    const read = events.flatMap((event) => {
      const readers = readersOf(event);
      if (readers.length === 0) return [];
      const count = Math.max(...readers.map(({ strategy }) => strategy.history));
      return [{ event, readers, until: new Date(event.data.to), count }];
    });
    if (read.length === 0) return 'unchanged';
    const bars = await selectBars(
      tx,
      read.map(({ event: { data }, until, count }) => ({
        symbol: data.symbol,
        dataSource: data.dataSource,
        until,
        count,
      })),
      new Set(read.flatMap(({ readers }) => readers.flatMap(({ strategy }) => strategy.fields))),
    );
    const candidates = read.flatMap(({ event, readers, until }, index) => {
      const known = bars[index];
      // Bars may have been taken back since the event was published.
      if (known === undefined || known.columns.time[known.length - 1] !== until.getTime()) return [];
      return readers.flatMap((reader) => decide(event, reader, known));
    });
    const wanted = onlyNew(candidates);
    if (wanted.length === 0) return 'unchanged';
    const added = await insertSignals(
      tx,
      wanted.map(({ row }) => row),
    );
    for (const { event, row, data } of wanted)
      if (added.has(row.signalId)) publish(event, 'signal_generated', data, { occurredAt: event.occurredAt });
    return undefined;
  };
}

/** The strategies that read the series of each event, by id. */
async function findReaders(
  tx: BatchContext['tx'],
  strategies: PreparedStrategies,
  events: readonly MarketDataUpdated[],
): Promise<(event: MarketDataUpdated) => readonly Reader[]> {
  const rows = await selectActiveStrategies(tx, {
    signalSources: [...new Set(events.map(({ data }) => data.dataSource))],
    symbols: [...new Set(events.map(({ data }) => data.symbol))],
  });
  const readers = rows.flatMap((row) => {
    const strategy = strategies.strategyOf(row);
    if (strategy === null) return [];
    const { signalSource, symbols } = strategy.parameters;
    return [{ strategyId: row.strategy_id, strategy, signalSource, symbols: new Set(symbols) }];
  });
  return ({ data: { symbol, dataSource } }) =>
    readers.filter((reader) => reader.signalSource === dataSource && reader.symbols.has(symbol));
}

function decide(
  event: MarketDataUpdated,
  { strategyId, strategy }: Reader,
  { columns, length }: ReadBars,
): Candidate[] {
  const window = new BarWindow(event.data, columns, strategy.history).show(length);
  return strategy
    .decide(event.data.symbol, window)
    .map((wanted) => candidateOf(event, strategyId, strategy, window, wanted));
}

function candidateOf(
  event: MarketDataUpdated,
  strategyId: string,
  { parameters }: ReadyStrategy,
  bars: BarWindow,
  { symbol, signal, strength, targetNotional }: Wanted,
): Candidate {
  const { dataSource } = event.data;
  const barTimestamp = new Date(bars.time());
  const price = new Decimal(bars.ticks('close')).div(TICKS_PER_UNIT);
  const id = signalId(strategyId, symbol, barTimestamp);
  return {
    event,
    row: {
      signalId: id,
      strategyId,
      symbol,
      signal,
      strength,
      barTimestamp,
      price,
      dataSource,
      correlationId: event.correlationId,
    },
    data: {
      signalId: id,
      strategyId,
      accountId: parameters.accountId,
      symbol,
      signal,
      strength: strength.toFixed(2),
      targetNotional: targetNotional.toString(),
      price: price.toString(),
      barTimestamp: barTimestamp.toISOString(),
      dataSource,
      tradingSource: parameters.tradingSource,
    },
  };
}

/**
 * Leaves out what an earlier candidate of the batch overrules, as its row would: the same bar's, or a newer one's of the
 * strategy on the symbol. Newer rows that are stored already are the statement's to see.
 */
function onlyNew(candidates: readonly Candidate[]): Candidate[] {
  const newest = new Map<string, number>();
  const seen = new Set<string>();
  return candidates.filter(({ row: { signalId: id, strategyId, symbol, barTimestamp } }) => {
    const key = `${strategyId}\n${symbol}`;
    const last = newest.get(key) ?? Number.NEGATIVE_INFINITY;
    if (seen.has(id) || barTimestamp.getTime() < last) return false;
    seen.add(id);
    newest.set(key, barTimestamp.getTime());
    return true;
  });
}
