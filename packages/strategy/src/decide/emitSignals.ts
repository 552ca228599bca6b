import type { BatchContext, BatchHandler } from '@trading/event-bus';
import { isTradingError, type TradingEvent } from '@trading/model';
import type { ReadyStrategy } from '../define/defineStrategy';
import type { PreparedStrategies } from '../preparedStrategies';
import { insertPendingMoments } from '../sql/insertPendingMoments';
import { insertSignals } from '../sql/insertSignals';
import { selectActiveStrategies } from '../sql/selectActiveStrategies';
import { selectBars } from '../sql/selectBars';
import { type Failure, pauseFailed } from './failures';
import type { DecisionMaterial, ReadBars, StrategyRunner } from './material';
import { type Candidate, candidateOf } from './signal';

type MarketDataUpdated = TradingEvent<'market_data_updated'>;

/** A strategy that reads a series. */
interface Reader {
  readonly strategyId: string;
  readonly strategy: ReadyStrategy;
}

interface EventCandidate extends Candidate {
  readonly event: MarketDataUpdated;
}

/**
 * Lets every active strategy that reads the series decide, on the last bar of each event only and on nothing after it: a
 * backfill gives no orders for the past, and a replay over a full database sees what live trading saw. Three statements,
 * however many events. A strategy that fails is paused, and the others go on. Strategies that decide on all their symbols at
 * once, keep a state, or look at their account have the moment noted, see `decideDue`.
 */
export function emitSignals(
  strategies: PreparedStrategies,
  run: StrategyRunner,
): BatchHandler<'market_data_updated'> {
  return async (events, { tx, publish }) => {
    const readersOf = await findReaders(tx, strategies, events);
    const heard = events.map((event) => ({
      event,
      readers: readersOf(event),
      until: new Date(event.data.to),
    }));
    const pending = heard.flatMap(({ event, readers, until }) =>
      readers
        .filter(({ strategy }) => takesTime(strategy))
        .map(({ strategyId, strategy }) => ({
          strategyId,
          symbol: strategy.together ? '' : event.data.symbol,
          moment: until,
          waitMs: strategy.waitMs,
          correlationId: event.correlationId,
          causationId: event.id,
        })),
    );
    await insertPendingMoments(tx, pending);
    const noted = pending.length > 0 ? undefined : 'unchanged';
    const read = heard.flatMap(({ event, readers: all, until }) => {
      const readers = all.filter(({ strategy }) => !takesTime(strategy));
      if (readers.length === 0) return [];
      const count = Math.max(...readers.map(({ strategy }) => strategy.history));
      return [{ event, readers, until, count }];
    });
    if (read.length === 0) return noted;
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
    const candidates: EventCandidate[] = [];
    const failures = new Map<string, Failure>();
    for (const [index, { event, readers, until }] of read.entries()) {
      const known = bars[index];
      // Bars may have been taken back since the event was published.
      if (known === undefined || known.columns.time[known.length - 1] !== until.getTime()) continue;
      for (const reader of readers) {
        if (failures.has(reader.strategyId)) continue;
        try {
          const decided = decide(run, event, reader, known);
          candidates.push(...(decided instanceof Promise ? await decided : decided));
        } catch (error) {
          if (!isTradingError(error)) throw error;
          failures.set(reader.strategyId, {
            ...reader,
            error,
            at: until,
            symbol: event.data.symbol,
            cause: event,
          });
        }
      }
    }
    await pauseFailed(tx, [...failures.values()]);
    const wanted = onlyNew(candidates);
    if (wanted.length === 0) return failures.size > 0 ? undefined : noted;
    const added = await insertSignals(
      tx,
      wanted.map(({ row }) => row),
    );
    for (const { event, row, data } of wanted)
      if (added.has(row.signalId)) publish(event, 'signal_generated', data, { occurredAt: event.occurredAt });
    return undefined;
  };
}

/** Whether a strategy needs more than the bars of one symbol to decide. */
function takesTime({ together, keepsState, seesAccount }: ReadyStrategy): boolean {
  return together || keepsState || seesAccount;
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
  run: StrategyRunner,
  event: MarketDataUpdated,
  { strategyId, strategy }: Reader,
  bars: ReadBars,
): EventCandidate[] | Promise<EventCandidate[]> {
  const { symbol } = event.data;
  const at = bars.columns.time[bars.length - 1] ?? Number.NaN;
  const material: DecisionMaterial = { symbol, at, series: new Map([[symbol, bars]]) };
  const candidates = ({ wanted }: { wanted: readonly Parameters<typeof candidateOf>[3][] }) =>
    wanted.map((each) => ({
      ...candidateOf(strategyId, strategy, material, each, event.correlationId),
      event,
    }));
  const outcome = run(strategy, material);
  return outcome instanceof Promise ? outcome.then(candidates) : candidates(outcome);
}

/**
 * Leaves out what an earlier candidate of the batch overrules, as its row would: the same bar's, or a newer one's of the
 * strategy on the symbol. Newer rows that are stored already are the statement's to see.
 */
function onlyNew(candidates: readonly EventCandidate[]): EventCandidate[] {
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
