import { inTransaction, type ServicePool, type Transaction } from '@trading/database';
import type { Publisher, PublishRequest } from '@trading/event-bus';
import { Decimal, isTradingError } from '@trading/model';
import { TICKS_PER_UNIT } from '../define/bars';
import type { Outcome, ReadyStrategy } from '../define/defineStrategy';
import type { PreparedStrategies } from '../preparedStrategies';
import { insertSignals } from '../sql/insertSignals';
import { type NewDecision, recordDecisions } from '../sql/recordDecisions';
import { type AccountRow, selectAccounts } from '../sql/selectAccounts';
import { selectBars } from '../sql/selectBars';
import { type PendingMoment, selectPendingMoments } from '../sql/selectPendingMoments';
import { type Failure, pauseFailed } from './failures';
import type { AccountMaterial, DecisionMaterial, ReadBars, StrategyRunner } from './material';
import { type Candidate, candidateOf } from './signal';

/** What decisions are made with. */
export interface DecisionTools {
  readonly pool: ServicePool;
  readonly strategies: PreparedStrategies;
  readonly run: StrategyRunner;
  readonly publisher: Publisher;
}

/** A pending moment with the strategy and all that it looks at. */
interface Prepared {
  readonly pending: PendingMoment;
  readonly strategy: ReadyStrategy;
  readonly material: DecisionMaterial;
  /** Symbols without a bar of the moment. */
  readonly missing: readonly string[];
}

/**
 * Decides on the moments that wait: of a strategy that decides on all its symbols, once all of their bars are in; of one that
 * looks at its account, once execution has handled them too. Where something is still missing when the wait is over, or when
 * a moment later than the wait has come, it decides without. Each decision is recorded with what it saw, in the transaction
 * that publishes its signals.
 *
 * @returns how many decisions were made
 * @throws TradingError `DATABASE.*`
 */
export async function decideDue(tools: DecisionTools): Promise<number> {
  for (let made = 0; ; ) {
    const round = await inTransaction(tools.pool, (tx) => decideRound(tx, tools));
    if (round === 0) return made;
    made += round;
  }
}

async function decideRound(tx: Transaction, tools: DecisionTools): Promise<number> {
  const pending = await selectPendingMoments(tx);
  if (pending.length === 0) return 0;
  const ready = (await prepareAll(tx, tools.strategies, pending)).filter(isReady);
  if (ready.length === 0) return 0;
  const decisions: NewDecision[] = [];
  const failures = new Map<string, Failure>();
  const signals: (Candidate & { readonly pending: PendingMoment })[] = [];
  for (const { pending: moment, strategy, material, missing } of ready) {
    const { strategyId, symbol, correlationId, causationId } = moment;
    if (failures.has(strategyId)) continue;
    let outcome: Outcome = { wanted: [] };
    let error: string | null = null;
    try {
      outcome = await tools.run(strategy, material);
    } catch (thrown) {
      if (!isTradingError(thrown)) throw thrown;
      error = `${thrown.code}: ${thrown.message}`;
      const cause = { id: causationId, correlationId };
      failures.set(strategyId, { strategyId, strategy, error: thrown, at: moment.moment, symbol, cause });
    }
    decisions.push({
      ...{ strategyId, symbol, correlationId, error, moment: moment.moment, version: moment.version },
      saw: sawOf(material, missing),
      wanted: outcome.wanted,
      state: outcome.state ?? null,
    });
    for (const wanted of outcome.wanted)
      signals.push({
        ...candidateOf(strategyId, strategy, material, wanted, correlationId),
        pending: moment,
      });
  }
  await recordDecisions(tx, decisions);
  await pauseFailed(tx, [...failures.values()]);
  await publishSignals(tx, tools.publisher, signals);
  return decisions.length;
}

async function publishSignals(
  tx: Transaction,
  publisher: Publisher,
  signals: readonly (Candidate & { readonly pending: PendingMoment })[],
): Promise<void> {
  if (signals.length === 0) return;
  const added = await insertSignals(
    tx,
    signals.map(({ row }) => row),
  );
  const requests = signals
    .filter(({ row }) => added.has(row.signalId))
    .map(
      ({ data, pending: { causationId, correlationId, moment } }): PublishRequest => ({
        type: 'signal_generated',
        data,
        cause: { id: causationId, correlationId },
        occurredAt: moment,
      }),
    );
  if (requests.length > 0) await publisher.publishAll(tx, requests);
}

async function prepareAll(
  tx: Transaction,
  strategies: PreparedStrategies,
  pending: readonly PendingMoment[],
): Promise<Prepared[]> {
  const known = pending.flatMap((moment) => {
    const strategy = strategies.strategyOf({ strategy_id: moment.strategyId, parameters: moment.parameters });
    return strategy === null ? [] : [{ pending: moment, strategy }];
  });
  const windows = known.flatMap(
    ({ pending: { symbol, moment }, strategy: { together, parameters, history } }) =>
      (together ? parameters.symbols : [symbol]).map((each) => ({
        symbol: each,
        dataSource: parameters.signalSource,
        until: moment,
        count: history,
      })),
  );
  const fields = new Set(known.flatMap(({ strategy }) => strategy.fields));
  const bars = windows.length === 0 ? [] : await selectBars(tx, windows, fields);
  const lookers = known.filter(({ strategy }) => strategy.seesAccount);
  const accounts = await selectAccounts(
    tx,
    lookers.map(({ strategy: { parameters } }) => parameters),
  );
  let next = 0;
  return known.map((each) => {
    const { strategy, pending: moment } = each;
    const symbols = strategy.together ? strategy.parameters.symbols : [moment.symbol];
    const series = new Map(symbols.map((symbol) => [symbol, bars[next++] as ReadBars]));
    const at = moment.moment.getTime();
    const has = (symbol: string) => {
      const read = series.get(symbol);
      return read !== undefined && read.columns.time[read.length - 1] === at;
    };
    const rows = accounts[lookers.indexOf(each)];
    const behind = (rows ?? []).filter(
      ({ symbol, through }) => has(symbol) && (through === null || through.getTime() < at),
    );
    return {
      ...each,
      missing: [
        ...symbols.filter((symbol) => !has(symbol)),
        ...behind.map(({ symbol }) => `fills of ${symbol}`),
      ],
      material: {
        symbol: moment.symbol,
        at,
        series,
        ...(rows === undefined ? {} : { account: accountOf(rows, strategy.parameters.startingCapital) }),
        ...(moment.state === null ? {} : { state: moment.state }),
      },
    };
  });
}

function isReady({ missing, strategy: { waitMs }, pending: { due, latest, moment } }: Prepared): boolean {
  return missing.length === 0 || due || latest.getTime() > moment.getTime() + waitMs;
}

function accountOf(rows: readonly AccountRow[], startingCapital: string): AccountMaterial {
  const total = (column: 'costBasis' | 'realizedPnl' | 'marketValue') =>
    rows.reduce((sum, row) => sum.plus(row[column]), new Decimal(0));
  const cash = new Decimal(startingCapital).plus(total('realizedPnl')).minus(total('costBasis'));
  return {
    equity: cash.plus(total('marketValue')).toFixed(),
    cash: cash.toFixed(),
    quantities: Object.fromEntries(rows.map(({ symbol, quantity }) => [symbol, quantity])),
    orders: rows.flatMap(({ orders }) => orders),
  };
}

/** What is recorded of what a strategy saw: enough to find the bars again, and to see that they were other ones. */
function sawOf({ series, account }: DecisionMaterial, missing: readonly string[]): unknown {
  const bars = [...series].map(([symbol, { columns, length }]) => {
    const start = columns.time[length - 1];
    const ticks = columns.close?.[length - 1];
    return [
      symbol,
      start === undefined || ticks === undefined
        ? { count: 0 }
        : {
            count: length,
            last: new Date(start).toISOString(),
            close: new Decimal(ticks).div(TICKS_PER_UNIT).toFixed(),
          },
    ];
  });
  return { bars: Object.fromEntries(bars), missing, ...(account === undefined ? {} : { account }) };
}
