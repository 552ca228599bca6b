import type { BatchContext, BatchHandler } from '@trading/event-bus';
import type { EventData, TradingEvent } from '@trading/model';
import type { PreparedRules } from './preparedRules';
import type { ReadyRule } from './rules/catalogue';
import type { Close, Verdict } from './rules/signalRule';
import { signalId } from './signalId';
import { insertSignals, type NewSignal } from './sql/insertSignals';
import { selectActiveStrategies } from './sql/selectActiveStrategies';
import { selectCloses } from './sql/selectCloses';
import { targetNotional } from './targetNotional';

type MarketDataUpdated = TradingEvent<'market_data_updated'>;

/** A strategy that reads a series. */
interface Reader {
  readonly strategyId: string;
  readonly rule: ReadyRule;
}

/** What a strategy says on account of an event. */
interface Candidate {
  readonly event: MarketDataUpdated;
  readonly row: NewSignal;
  readonly data: EventData<'signal_generated'>;
}

/**
 * Evaluates every active strategy that reads the series, on the last bar of each event only and on nothing after it: a
 * backfill gives no orders for the past, and a replay over a full database sees what live trading saw. Three statements,
 * however many events.
 */
export function emitSignals(rules: PreparedRules): BatchHandler<'market_data_updated'> {
  return async (events, { tx, publish }) => {
    const readersOf = await findReaders(tx, rules, events);
    const read = events.flatMap((event) => {
      const readers = readersOf(event);
      if (readers.length === 0) return [];
      const count = Math.max(...readers.map(({ rule }) => rule.closesNeeded));
      return [{ event, readers, until: new Date(event.data.to), count }];
    });
    if (read.length === 0) return;
    const closes = await selectCloses(
      tx,
      read.map(({ event: { data }, until, count }) => ({
        symbol: data.symbol,
        dataSource: data.dataSource,
        until,
        count,
      })),
    );
    const candidates = read.flatMap(({ event, readers, until }, index) => {
      const known = closes[index] ?? [];
      // Bars may have been taken back since the event was published.
      if (known.at(-1)?.timestamp.getTime() !== until.getTime()) return [];
      return readers.flatMap((reader) => evaluate(event, reader, known));
    });
    const wanted = onlyNew(candidates);
    if (wanted.length === 0) return;
    const added = await insertSignals(
      tx,
      wanted.map(({ row }) => row),
    );
    for (const { event, row, data } of wanted)
      if (added.has(row.signalId)) publish(event, 'signal_generated', data, { occurredAt: event.occurredAt });
  };
}

/** The strategies that read the series of each event, by id. */
async function findReaders(
  tx: BatchContext['tx'],
  rules: PreparedRules,
  events: readonly MarketDataUpdated[],
): Promise<(event: MarketDataUpdated) => readonly Reader[]> {
  const rows = await selectActiveStrategies(tx, {
    signalSources: [...new Set(events.map(({ data }) => data.dataSource))],
    symbols: [...new Set(events.map(({ data }) => data.symbol))],
  });
  const readers = rows.flatMap((row) => {
    const rule = rules.ruleOf(row);
    if (rule === null) return [];
    const { signalSource, symbols } = rule.parameters;
    return [{ strategyId: row.strategy_id, rule, signalSource, symbols: new Set(symbols) }];
  });
  return ({ data: { symbol, dataSource } }) =>
    readers.filter((reader) => reader.signalSource === dataSource && reader.symbols.has(symbol));
}

function evaluate(
  event: MarketDataUpdated,
  { strategyId, rule }: Reader,
  closes: readonly Close[],
): Candidate[] {
  const bar = closes.at(-1);
  const verdict = rule.evaluate(closes.slice(-rule.closesNeeded));
  if (bar === undefined || verdict.signal === 'hold') return [];
  return [candidateOf(event, strategyId, rule, bar, verdict)];
}

function candidateOf(
  event: MarketDataUpdated,
  strategyId: string,
  { parameters }: ReadyRule,
  bar: Close,
  verdict: Verdict,
): Candidate {
  const { symbol, dataSource } = event.data;
  const id = signalId(strategyId, symbol, bar.timestamp);
  return {
    event,
    row: {
      signalId: id,
      strategyId,
      symbol,
      signal: verdict.signal,
      strength: verdict.strength,
      barTimestamp: bar.timestamp,
      price: bar.close,
      dataSource,
      correlationId: event.correlationId,
    },
    data: {
      signalId: id,
      strategyId,
      accountId: parameters.accountId,
      symbol,
      signal: verdict.signal,
      strength: verdict.strength.toFixed(2),
      targetNotional: targetNotional(parameters, verdict).toString(),
      price: bar.close.toString(),
      barTimestamp: bar.timestamp.toISOString(),
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
