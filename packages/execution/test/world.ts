import { createServicePool, poolSql, type ServicePool } from '@trading/database';
import { createConsumer, createPublisher, drain } from '@trading/event-bus';
import type { EventData, EventType } from '@trading/model';
import { createRiskService, type RiskService } from '@trading/risk';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import { createExecutionService, createPaperBroker, type ExecutionService, type FillModel } from '../src';

/** Execution and risk on a database of their own, and the means to be the market and the strategy. */
export interface World extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly pool: ServicePool;
  readonly owner: ServicePool;
  readonly execution: ExecutionService;
  readonly risk: RiskService;
  /** Stores a daily bar of the trading series, without telling anyone. */
  storeBar(
    day: string,
    prices: readonly [open: number, high: number, low: number, close: number],
    symbol?: string,
  ): Promise<void>;
  announceBars(from: string, to: string, symbol?: string): Promise<void>;
  signal(day: string, targetNotional: string, more?: Partial<EventData<'signal_generated'>>): Promise<void>;
  /** Lets execution and risk handle all that was published. */
  settle(): Promise<number>;
  /** What was published of a type, oldest first. */
  published<T extends EventType>(type: T): Promise<EventData<T>[]>;
}

/** Start of a daily bar in June 2024, when New York is four hours behind. */
export const barStart = (day: string) => `${day}T04:00:00.000Z`;

/** Costs nothing and slips nothing. */
export const FREE: FillModel = { commission: { kind: 'bps', bps: '0' }, slippageBps: '0' };

/** A limit of `max_decision_age`, in seconds, that lets decisions of 2024 go to a broker. */
export const LONG_AGO = '10000000000';

/** What fails ends the test: but not a deadlock of the two, nor a process that was kept waiting. */
const HANDLING = { maxAttempts: 3, onPoison: 'halt', handlerTimeoutMs: 3_600_000 } as const;

/** Opens a world; the account `A` has capital of 100000 and starter limits. */
export async function openWorld(model: FillModel = FREE): Promise<World> {
  const database = await createTestDatabase();
  const pool = createServicePool({
    url: database.serviceUrl('execution'),
    service: 'execution',
    max: 12,
    waitMs: PATIENCE_MS,
  });
  const riskPool = createServicePool({
    url: database.serviceUrl('risk'),
    service: 'risk',
    max: 4,
    waitMs: PATIENCE_MS,
  });
  const ingestionPool = createServicePool({
    url: database.serviceUrl('ingestion'),
    service: 'ingestion',
    max: 2,
    waitMs: PATIENCE_MS,
  });
  const strategyPool = createServicePool({
    url: database.serviceUrl('strategy'),
    service: 'strategy',
    max: 2,
    waitMs: PATIENCE_MS,
  });
  const owner = createServicePool({
    url: database.ownerUrl,
    service: 'execution',
    max: 2,
    waitMs: PATIENCE_MS,
  });
  const risk = createRiskService({ pool: riskPool });
  const execution = createExecutionService({
    pool,
    broker: createPaperBroker(model),
  });
  await risk.limits.openAccount('A', '100000');
  const errors: Error[] = [];
  const onError = (error: Error) => void errors.push(error);
  const consumers = [
    createConsumer({
      group: 'execution',
      pool,
      batchHandlers: execution.batchHandlers,
      ...HANDLING,
      onError,
    }),
    createConsumer({
      group: 'risk',
      pool: riskPool,
      batchHandlers: risk.batchHandlers,
      ...HANDLING,
      onError,
    }),
  ];
  const ingestion = createPublisher({ service: 'ingestion' });
  const strategy = createPublisher({ service: 'strategy' });
  return {
    database,
    pool,
    owner,
    execution,
    risk,
    async storeBar(day, [open, high, low, close], symbol = 'AAPL') {
      await ingestionPool.query(
        `INSERT INTO data_ingestion.market_data (symbol, "timestamp", open, high, low, close, volume, data_source)
         VALUES ($1, $2, $3, $4, $5, $6, 1000000, 'yahoo')`,
        [symbol, barStart(day), open, high, low, close],
      );
    },
    async announceBars(from, to, symbol = 'AAPL') {
      await ingestion.publish(poolSql(ingestionPool), 'market_data_updated', {
        symbol,
        dataSource: 'yahoo',
        from: barStart(from),
        to: barStart(to),
        inserted: 1,
        updated: 0,
      });
    },
    async signal(day, targetNotional, more = {}) {
      await strategy.publish(poolSql(strategyPool), 'signal_generated', {
        signalId: `sma-AAPL-${day}`,
        strategyId: 'sma',
        accountId: 'A',
        symbol: 'AAPL',
        signal: targetNotional === '0' ? 'sell' : 'buy',
        strength: '1',
        targetNotional,
        price: '100',
        barTimestamp: barStart(day),
        dataSource: 'yahoo_adjusted',
        ...more,
      });
    },
    async settle() {
      try {
        return await drain(consumers, { pool });
      } catch (error) {
        throw errors[0] ?? error;
      }
    },
    async published<T extends EventType>(type: T) {
      const { rows } = await owner.query<{ data: EventData<T> }>(
        'SELECT data FROM event_bus.outbox WHERE event_type = $1 ORDER BY xid, id',
        [type],
      );
      return rows.map(({ data }) => data);
    },
    async [Symbol.asyncDispose]() {
      for (const each of [pool, riskPool, ingestionPool, strategyPool, owner]) await each.end();
      await database.drop();
    },
  };
}
