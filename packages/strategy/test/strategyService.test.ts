import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServicePool, poolSql, type ServicePool } from '@trading/database';
import {
  type Consumer,
  createConsumer,
  createPublisher,
  drain,
  type PublishRequest,
} from '@trading/event-bus';
import { dailyBarStart, type EventData } from '@trading/model';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import { createStrategyService, type StrategyService } from '../src';

const PARAMETERS = {
  kind: 'moving_average_crossover',
  accountId: 'PAPER-1',
  symbols: ['AAPL'],
  signalSource: 'yahoo_adjusted',
  tradingSource: 'yahoo',
  startingCapital: '100000',
  fast: 2,
  slow: 3,
  allocation: '0.9',
};

let database: TestDatabase;
let pool: ServicePool;
let publishers: { readonly ingestion: ServicePool; readonly analytics: ServicePool };
let consumer: Consumer;
let strategies: StrategyService;
/** Which, and not how often: an event that was held up is handled again. */
let unreadable: Set<string>;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createServicePool({
    url: database.serviceUrl('strategy'),
    service: 'strategy',
    max: 4,
    waitMs: PATIENCE_MS,
  });
  publishers = {
    ingestion: createServicePool({
      url: database.serviceUrl('ingestion'),
      service: 'ingestion',
      max: 1,
      waitMs: PATIENCE_MS,
    }),
    analytics: createServicePool({
      url: database.serviceUrl('analytics'),
      service: 'analytics',
      max: 1,
      waitMs: PATIENCE_MS,
    }),
  };
});

afterAll(async () => {
  await pool?.end();
  await publishers?.ingestion.end();
  await publishers?.analytics.end();
  await database?.drop();
});

beforeEach(async () => {
  await using owner = createServicePool({
    url: database.ownerUrl,
    service: 'strategy',
    max: 1,
    waitMs: PATIENCE_MS,
  });
  await owner.query(
    `TRUNCATE strategy_engine.strategies, strategy_engine.strategy_configs, strategy_engine.strategy_signals,
              strategy_engine.strategy_performance, strategy_engine.pending_moments, strategy_engine.strategy_decisions,
              data_ingestion.market_data`,
  );
  unreadable = new Set();
  strategies = createStrategyService({ pool, onUnreadableStrategy: (id) => unreadable.add(id) });
  consumer = createConsumer({ group: 'strategy', pool, batchHandlers: strategies.batchHandlers });
});

const DAYS = [
  '2020-01-02',
  '2020-01-03',
  '2020-01-06',
  '2020-01-07',
  '2020-01-08',
  '2020-01-09',
  '2020-01-10',
];

async function storeBars(closes: readonly number[], dataSource = 'yahoo_adjusted'): Promise<void> {
  for (const [index, close] of closes.entries()) {
    await publishers.ingestion.query(
      `INSERT INTO data_ingestion.market_data (symbol, "timestamp", open, high, low, close, volume, data_source)
       VALUES ('AAPL', $1, $2, $2, $2, $2, 1, $3)
       ON CONFLICT (symbol, "timestamp", data_source) DO UPDATE SET open = $2, high = $2, low = $2, close = $2`,
      [dailyBarStart(DAYS[index] ?? ''), close, dataSource],
    );
  }
}

/** An event that another service is about to publish. */
interface Told {
  readonly service: 'ingestion' | 'analytics';
  readonly request: PublishRequest;
}

interface PublishedSignal {
  data: EventData<'signal_generated'>;
  occurred_at: Date;
  same_chain: boolean;
}

function barsUpdated(day: number, changes: Partial<EventData<'market_data_updated'>> = {}): Told {
  const at = dailyBarStart(DAYS[day] ?? '').toISOString();
  const data = {
    symbol: 'AAPL',
    dataSource: 'yahoo_adjusted',
    from: at,
    to: at,
    inserted: 1,
    updated: 0,
    ...changes,
  };
  return { service: 'ingestion', request: { type: 'market_data_updated', data, occurredAt: new Date(at) } };
}

/** Publishes an event, lets the service hear of it, and gives back what it published in turn. */
async function handle({ service, request }: Told): Promise<PublishedSignal[]> {
  const [event] = await createPublisher({ service }).publishAll(poolSql(publishers[service]), [request]);
  await drain([consumer], { pool });
  const rows = await poolSql(pool).query<PublishedSignal>(
    `SELECT data, occurred_at, correlation_id = $2 AS same_chain
       FROM event_bus.outbox WHERE causation_id = $1 ORDER BY xid, id`,
    [event?.id, event?.correlationId],
  );
  return rows;
}

const storedSignals = () =>
  poolSql(pool).query(
    'SELECT signal_id, signal, strength, price, bar_timestamp FROM strategy_engine.strategy_signals',
  );

async function activated(parameters: Record<string, unknown> = PARAMETERS): Promise<void> {
  await strategies.register({ strategyId: 'trend', name: 'Trend', parameters });
  await strategies.activate('trend');
}

describe('two strategies that want the same symbol in one account', () => {
  const register = (strategyId: string, changes: Partial<typeof PARAMETERS> = {}) =>
    strategies.register({ strategyId, name: strategyId, parameters: { ...PARAMETERS, ...changes } });
  const taken = {
    code: 'STRATEGY.MARKET_TAKEN',
    message:
      "strategy second can't be active: strategy first trades AAPL in account PAPER-1 already: give it an account of its own, or deactivate the other one",
  };

  it('are not both active, whichever way the second one comes to it', async () => {
    await register('first');
    await register('second', { symbols: ['MSFT', 'AAPL'], allocation: '0.5' });
    await strategies.activate('first');
    await expect(strategies.activate('second')).rejects.toMatchObject(taken);
    await register('second', { symbols: ['MSFT'] });
    await strategies.activate('second');
    await expect(register('second', { symbols: ['AAPL'] })).rejects.toMatchObject(taken);
    expect((await strategies.get('second')).parameters).toMatchObject({ symbols: ['MSFT'] });
    await register('elsewhere', { accountId: 'PAPER-2' });
    await strategies.activate('elsewhere');
  });

  it('take turns: the second may start once the first is stopped', async () => {
    await register('first');
    await register('second');
    await strategies.activate('first');
    await strategies.pause('first');
    await strategies.activate('second');
    await expect(strategies.activate('first')).rejects.toMatchObject({ code: 'STRATEGY.MARKET_TAKEN' });
  });

  it('that are activated at once are one active strategy', async () => {
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) await register(name);
    const settled = await Promise.allSettled(names.map((name) => strategies.activate(name)));
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await strategies.list()).filter(({ status }) => status === 'active')).toHaveLength(1);
  });
});

describe('signals', () => {
  it('come from the last bar, once, with what the account should hold', async () => {
    await activated();
    await storeBars([3, 2, 1, 9]);

    const published = await handle(barsUpdated(3));

    expect(published.map(({ data }) => data)).toEqual([
      {
        signalId: 'trend:AAPL:20200107T050000Z',
        strategyId: 'trend',
        accountId: 'PAPER-1',
        symbol: 'AAPL',
        signal: 'buy',
        strength: '1.00',
        targetNotional: '90000',
        price: '9',
        barTimestamp: '2020-01-07T05:00:00.000Z',
        dataSource: 'yahoo_adjusted',
        tradingSource: 'yahoo',
      },
    ]);
    expect(published[0]).toMatchObject({ same_chain: true, occurred_at: dailyBarStart('2020-01-07') });
    expect(await storedSignals()).toEqual([
      {
        signal_id: 'trend:AAPL:20200107T050000Z',
        signal: 'buy',
        strength: '1.00',
        price: '9.0000',
        bar_timestamp: new Date('2020-01-07T05:00:00Z'),
      },
    ]);
    expect(await handle(barsUpdated(3))).toEqual([]);
    expect(await storedSignals()).toHaveLength(1);
  });

  it('see no bar after the event, however full the database is', async () => {
    await activated();
    await storeBars([3, 2, 1, 9, 1, 1, 1]);
    const signals: unknown[] = [];
    for (const day of DAYS.keys()) {
      for (const event of await handle(barsUpdated(day))) {
        signals.push([DAYS[day], event.data.signal]);
      }
    }
    expect(signals).toEqual([
      ['2020-01-07', 'buy'],
      ['2020-01-09', 'sell'],
    ]);
  });

  it('of a backfill come from its last bar only', async () => {
    await activated();
    await storeBars([3, 2, 1, 9, 9]);
    expect(
      await handle(barsUpdated(4, { from: dailyBarStart('2020-01-02').toISOString(), inserted: 5 })),
    ).toEqual([]);
    expect(await storedSignals()).toEqual([]);
  });

  it('sell to nothing', async () => {
    await activated();
    await storeBars([1, 2, 3, 1, 1]);
    const [sell] = await handle(barsUpdated(4));
    expect(sell?.data).toMatchObject({ signal: 'sell', targetNotional: '0' });
  });

  it('about an old bar that was corrected do not overrule those about a newer one', async () => {
    await activated();
    await storeBars([1, 2, 3, 1, 1]);
    expect(await handle(barsUpdated(4))).toHaveLength(1);
    await storeBars([3, 2, 1, 9]);
    expect(await handle(barsUpdated(3))).toEqual([]);
  });

  it('come from active strategies that read this series and this symbol only', async () => {
    await storeBars([3, 2, 1, 9]);
    await storeBars([3, 2, 1, 9], 'yahoo');
    await strategies.register({ strategyId: 'trend', name: 'Trend', parameters: PARAMETERS });
    expect(await handle(barsUpdated(3))).toEqual([]);
    await strategies.activate('trend');
    expect(await handle(barsUpdated(3, { dataSource: 'yahoo' }))).toEqual([]);
    expect(await handle(barsUpdated(3, { symbol: 'MSFT' }))).toEqual([]);
    await strategies.pause('trend');
    expect(await handle(barsUpdated(3))).toEqual([]);
    await strategies.activate('trend');
    expect(await handle(barsUpdated(3))).toHaveLength(1);
  });

  it('follow a change of parameters at the next bar, and go on beside a strategy that cannot be read', async () => {
    await activated({ ...PARAMETERS, allocation: '0.1' });
    await storeBars([3, 2, 1, 9]);
    await activated({ ...PARAMETERS, allocation: '0.3333' });
    await pool.query(
      `INSERT INTO strategy_engine.strategies (strategy_id, name, status, parameters)
       VALUES ('broken', 'Broken', 'active', '{"kind":"moving_average_crossover","signalSource":"yahoo_adjusted","symbols":["AAPL"]}')`,
    );
    const [buy, ...others] = await handle(barsUpdated(3));
    expect(buy?.data).toMatchObject({ strategyId: 'trend', targetNotional: '33330' });
    expect(others).toEqual([]);
    expect([...unreadable]).toEqual(['broken']);
  });
});

describe('registration', () => {
  it('versions each change of the parameters and nothing else', async () => {
    const definition = { strategyId: 'trend', name: 'Trend', parameters: PARAMETERS };
    expect(await strategies.register(definition)).toEqual({
      strategyId: 'trend',
      version: 1,
      outcome: 'created',
    });
    const reordered = Object.fromEntries(Object.entries(PARAMETERS).reverse());
    expect(await strategies.register({ ...definition, parameters: reordered })).toMatchObject({
      outcome: 'unchanged',
    });
    const changed = { ...definition, name: 'Trend 2', parameters: { ...PARAMETERS, slow: 4 } };
    expect(await strategies.register(changed)).toMatchObject({ version: 2, outcome: 'new_version' });
    expect(await strategies.register(definition)).toMatchObject({ version: 3, outcome: 'new_version' });

    const versions = await poolSql(pool).query(
      `SELECT version, parameters ->> 'slow' AS slow, active FROM strategy_engine.strategy_configs ORDER BY version`,
    );
    expect(versions).toEqual([
      { version: 1, slow: '3', active: false },
      { version: 2, slow: '4', active: false },
      { version: 3, slow: '3', active: true },
    ]);
    expect(await strategies.list()).toEqual([
      {
        strategyId: 'trend',
        name: 'Trend',
        status: 'inactive',
        measured: false,
        version: 3,
        parameters: PARAMETERS,
      },
    ]);
  });

  it('at the same time from many sides makes one version', async () => {
    const definition = { strategyId: 'trend', name: 'Trend', parameters: PARAMETERS };
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => strategies.register(definition)));
    expect(outcomes.map(({ version }) => version)).toEqual([1, 1, 1, 1]);
    expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
  });

  it('refuses what no rule can read, and storing nothing', async () => {
    await expect(
      strategies.register({ strategyId: 'x', name: 'X', parameters: { ...PARAMETERS, kind: 'magic' } }),
    ).rejects.toMatchObject({ code: 'STRATEGY.UNKNOWN_KIND' });
    await expect(
      strategies.register({ strategyId: 'x', name: 'X', parameters: { ...PARAMETERS, fast: 'two' } }),
    ).rejects.toMatchObject({ code: 'STRATEGY.INVALID_PARAMETERS' });
    await expect(strategies.activate('x')).rejects.toMatchObject({ code: 'STRATEGY.NOT_FOUND' });
    expect(await strategies.list()).toEqual([]);
  });
});

describe('performance', () => {
  it('is kept a row a date, the last computation winning, and only of strategies that are known', async () => {
    await activated();
    const figures = {
      strategyId: 'trend',
      accountId: 'PAPER-1',
      date: '2020-01-07',
      equity: '100100.5',
      returns: '0.001005',
      sharpeRatio: null,
      maxDrawdown: '-0.12345',
      totalTrades: 0,
      winRate: null,
    };
    const computed = (changes: object): Told => ({
      service: 'analytics',
      request: { type: 'performance_updated', data: { ...figures, ...changes } },
    });
    await handle(computed({}));
    await handle(computed({ sharpeRatio: '1.50004', totalTrades: 3, winRate: '33.33333333' }));
    await handle(computed({ strategyId: 'someone else' }));
    const rows = await poolSql(pool).query(
      `SELECT strategy_id, date::text, returns, sharpe_ratio, max_drawdown, total_trades, win_rate
         FROM strategy_engine.strategy_performance`,
    );
    expect(rows).toEqual([
      {
        strategy_id: 'trend',
        date: '2020-01-07',
        returns: '0.0010',
        sharpe_ratio: '1.5000',
        max_drawdown: '-0.1235',
        total_trades: 3,
        win_rate: '33.33',
      },
    ]);
  });
});
