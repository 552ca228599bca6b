import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServicePool, poolSql, type ServicePool } from '@trading/database';
import {
  type Consumer,
  createConsumer,
  createPublisher,
  drain,
  type PublishRequest,
} from '@trading/event-bus';
import { Decimal, dailyBarStart, type EventData } from '@trading/model';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import {
  type AnalyticsService,
  createAnalyticsService,
  curveReturns,
  maxDrawdown,
  returnStatistics,
  sharpeRatio,
} from '../src';

let database: TestDatabase;
let pool: ServicePool;
let owner: ServicePool;
let publishers: { readonly ingestion: ServicePool; readonly execution: ServicePool };
let consumer: Consumer;
let analytics: AnalyticsService;
let clock: Date;
/** Which, and not how often: an event that was held up is handled again. */
let unreadable: Set<string>;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createServicePool({
    url: database.serviceUrl('analytics'),
    service: 'analytics',
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
    execution: createServicePool({
      url: database.serviceUrl('execution'),
      service: 'execution',
      max: 1,
      waitMs: PATIENCE_MS,
    }),
  };
  owner = createServicePool({ url: database.ownerUrl, service: 'analytics', max: 2, waitMs: PATIENCE_MS });
  await owner.query(
    `ALTER TABLE execution.trades DISABLE TRIGGER USER; ALTER TABLE execution.trades DROP CONSTRAINT trades_order_id_fkey`,
  );
});

afterAll(async () => {
  await pool?.end();
  await owner?.end();
  await publishers?.ingestion.end();
  await publishers?.execution.end();
  await database?.drop();
});

beforeEach(async () => {
  await owner.query(
    `TRUNCATE strategy_engine.strategies, data_ingestion.market_data, execution.trades,
              analytics.performance_metrics, analytics.reports, analytics.analytics_cache CASCADE`,
  );
  clock = new Date('2026-01-01T00:00:00Z');
  unreadable = new Set();
  analytics = createAnalyticsService({
    pool,
    now: () => clock,
    onUnreadableStrategy: (id) => unreadable.add(id),
  });
  consumer = createConsumer({ group: 'analytics', pool, batchHandlers: analytics.batchHandlers });
  await storeStrategy();
});

const DAYS = ['2020-01-02', '2020-01-03', '2020-01-06', '2020-01-07', '2020-01-08'];
const day = (index: number) => DAYS[index] ?? '';

async function storeStrategy(changes: Record<string, unknown> = {}, strategyId = 'trend'): Promise<void> {
  const parameters = {
    kind: 'any',
    accountId: 'ACC',
    symbols: ['AAPL'],
    signalSource: 'yahoo_adjusted',
    tradingSource: 'yahoo',
    startingCapital: '1000',
    ...changes,
  };
  await owner.query(
    `INSERT INTO strategy_engine.strategies (strategy_id, name, status, parameters) VALUES ($2, 'Trend', 'active', $1)
     ON CONFLICT (strategy_id) DO UPDATE SET parameters = excluded.parameters`,
    [JSON.stringify(parameters), strategyId],
  );
}

async function storeBar(index: number, close: string, symbol = 'AAPL'): Promise<void> {
  await owner.query(
    `INSERT INTO data_ingestion.market_data (symbol, "timestamp", open, high, low, close, volume, data_source)
     VALUES ($1, $2, $3, $3, $3, $3, 1, 'yahoo')
     ON CONFLICT (symbol, "timestamp", data_source) DO UPDATE SET open = $3, high = $3, low = $3, close = $3`,
    [symbol, dailyBarStart(day(index)), close],
  );
}

/** An event that another service is about to publish. */
interface Told {
  readonly service: 'ingestion' | 'execution';
  readonly request: PublishRequest;
}

let nextTrade = 1;

async function storeFill(
  index: number,
  quantity: number,
  price: string,
  commission = '1',
  strategyId = 'trend',
): Promise<Told> {
  const tradeId = `T${nextTrade++}`;
  const side = quantity > 0 ? 'buy' : 'sell';
  const size = String(Math.abs(quantity));
  await owner.query(
    `INSERT INTO execution.trades (trade_id, order_id, account_id, symbol, quantity, price, commission, executed_at, strategy, side, execution_id)
     VALUES ($1, 'O', 'ACC', 'AAPL', $2, $3, $4, $5, $7, $6, $1)`,
    [tradeId, size, price, commission, dailyBarStart(day(index)), side, strategyId],
  );
  const data: EventData<'trade_executed'> = {
    tradeId,
    executionId: tradeId,
    orderId: 'O',
    accountId: 'ACC',
    symbol: 'AAPL',
    side,
    quantity: size,
    price,
    commission,
    realizedPnl: '0',
    executedAt: dailyBarStart(day(index)).toISOString(),
    strategyId,
  };
  return {
    service: 'execution',
    request: { type: 'trade_executed', data, occurredAt: dailyBarStart(day(index)) },
  };
}

function barEvent(from: number, to = from, symbol = 'AAPL'): Told {
  const [first, last] = [dailyBarStart(day(from)), dailyBarStart(day(to))];
  const data = {
    symbol,
    dataSource: 'yahoo',
    from: first.toISOString(),
    to: last.toISOString(),
    inserted: to - from + 1,
    updated: 0,
  };
  return { service: 'ingestion', request: { type: 'market_data_updated', data, occurredAt: last } };
}

/** Publishes an event, lets the service hear of it, and gives back what it published in turn. */
async function handle({ service, request }: Told): Promise<EventData<'performance_updated'>[]> {
  const [event] = await createPublisher({ service }).publishAll(poolSql(publishers[service]), [request]);
  await drain([consumer], { pool });
  const rows = await poolSql(pool).query<{ data: EventData<'performance_updated'> }>(
    'SELECT data FROM event_bus.outbox WHERE causation_id = $1 ORDER BY xid, id',
    [event?.id],
  );
  return rows.map(({ data }) => data);
}

/** The strategies whose figures a bar leads to. */
const measured = async (index: number) =>
  (await handle(barEvent(index))).map(({ strategyId }) => strategyId).sort();

const storedRows = () =>
  poolSql(pool).query(
    `SELECT metric, date::text, value, method FROM analytics.performance_metrics ORDER BY date, metric`,
  );

async function equities(): Promise<string[]> {
  const rows = await poolSql(pool).query<{ value: string }>(
    `SELECT trim_scale(value)::text AS value FROM analytics.performance_metrics WHERE metric = 'equity' ORDER BY date`,
  );
  return rows.map(({ value }) => value);
}

describe('daily figures', () => {
  it('follow the bars and the fills, a day at a time', async () => {
    await storeBar(0, '100');
    expect(await handle(barEvent(0))).toEqual([
      {
        strategyId: 'trend',
        accountId: 'ACC',
        date: '2020-01-02',
        equity: '1000',
        returns: '0',
        sharpeRatio: null,
        maxDrawdown: '0',
        totalTrades: 0,
        winRate: null,
      },
    ]);
    await storeBar(1, '110');
    await storeFill(1, 5, '102');
    // 1000 - 510 - 1 + 5 x 110
    expect(await handle(barEvent(1))).toMatchObject([
      { date: '2020-01-03', equity: '1039', returns: '0.039' },
    ]);
    await storeBar(2, '90');
    const [third] = await handle(barEvent(2));
    // 489 + 450 = 939; 939 / 1039 - 1 = -0.0962...; the mean of 0, 0.039, -0.09624639 is -0.0190821...
    expect(third).toMatchObject({ equity: '939', returns: '-0.09624639', maxDrawdown: '-0.09624639' });
    await storeBar(3, '95');
    await storeFill(3, -5, '94');
    // 489 + 470 - 1 = 958: bought for 511, sold for 469: a loss.
    expect(await handle(barEvent(3))).toMatchObject([{ equity: '958', totalTrades: 1, winRate: '0' }]);
  });

  it('are stored with how they were computed', async () => {
    for (const index of [0, 1, 2]) await storeBar(index, String(100 + index * index));
    await storeFill(0, 5, '100');
    await handle(barEvent(0, 2));
    const curve = ['1000', '999', '1004', '1019'].map((equity) => new Decimal(equity));
    const sharpe = sharpeRatio(returnStatistics(curveReturns(curve)));
    const rows = (await storedRows()).filter(({ date }) => date === '2020-01-06');
    const byMetric = Object.fromEntries(rows.map(({ metric, value, method }) => [metric, { value, method }]));
    expect(Object.keys(byMetric)).toHaveLength(7);
    expect(byMetric.sharpe_ratio).toMatchObject({
      value: sharpe?.toFixed(8),
      method: { annualisation: 'sqrt(252)', ddof: 1, riskFreeRate: '0', count: 3 },
    });
    expect(byMetric.equity).toMatchObject({
      value: '1019.00000000',
      method: { series: 'yahoo', startingCapital: '1000', cash: '499' },
    });
    expect(byMetric.max_drawdown?.value).toBe(maxDrawdown(curve).toFixed(8));
  });

  it('are announced only where what is stored of them changed', async () => {
    await storeBar(0, '100');
    expect(await handle(barEvent(0))).toHaveLength(1);
    expect(await handle(barEvent(0))).toEqual([]);
    const buy = await storeFill(0, 5, '100');
    expect(await handle(buy)).toHaveLength(1);
    expect(await handle(buy)).toEqual([]);
  });

  it('are filled in for days that were missed, and recomputed from a correction on', async () => {
    for (const index of DAYS.keys()) await storeBar(index, String(100 + index));
    await storeFill(0, 5, '100', '0');
    expect((await handle(barEvent(2))).map(({ date }) => date)).toEqual([day(0), day(1), day(2)]);
    expect((await handle(barEvent(4))).map(({ date }) => date)).toEqual([day(3), day(4)]);
    await storeBar(3, '80');
    expect((await handle(barEvent(3))).map(({ date }) => date)).toEqual([day(3), day(4)]);
    expect(await equities()).toEqual(['1000', '1005', '1010', '900', '1020']);
  });

  it('come out the same whatever the order in which bars and trades are heard of', async () => {
    const closes = ['100', '104', '97', '103', '101'];
    for (const [index, close] of closes.entries()) await storeBar(index, close);
    const trades = [
      await storeFill(1, 5, '101'),
      await storeFill(2, -8, '99'),
      await storeFill(3, 3, '98'),
      await storeFill(3, 2, '100'),
    ];
    await handle(barEvent(0, 4));
    const expected = await storedRows();
    expect(expected).toHaveLength(35);

    const bars = closes.map((_, index) => barEvent(index));
    const orders: Told[][] = [
      [...bars, ...trades],
      [...trades, ...bars],
      [...bars].reverse(),
      [...trades, ...bars].reverse(),
      bars.flatMap((bar, index) => [bar, ...trades.slice(index, index + 1)]),
    ];
    for (const events of orders) {
      await owner.query('TRUNCATE analytics.performance_metrics');
      for (const event of events) await handle(event);
      expect(await storedRows()).toEqual(expected);
    }
  });

  it('grow as the fills come in, as when execution lags behind analytics', async () => {
    for (const index of DAYS.keys()) await storeBar(index, '100');
    await handle(barEvent(0, 3));
    const buy = await storeFill(1, 5, '90');
    expect((await handle(buy)).map(({ date, equity }) => [date, equity])).toEqual([
      [day(1), '1049'],
      [day(2), '1049'],
      [day(3), '1049'],
    ]);
    const tooEarly = await storeFill(4, -5, '110');
    expect(await handle(tooEarly)).toEqual([]);
    expect(await handle(barEvent(4))).toMatchObject([{ date: day(4), equity: '1098', winRate: '100' }]);
  });

  it('of several symbols mark each at its last close', async () => {
    await storeStrategy({ symbols: ['AAPL', 'MSFT'] });
    await storeBar(0, '100');
    await storeBar(0, '50', 'MSFT');
    await storeFill(0, 5, '100', '0');
    await handle(barEvent(0));
    await storeBar(1, '60', 'MSFT');
    expect(await handle(barEvent(1, 1, 'MSFT'))).toMatchObject([{ date: day(1), equity: '1000' }]);
    await storeBar(1, '110');
    expect(await handle(barEvent(1))).toMatchObject([{ date: day(1), equity: '1050' }]);
  });

  it('begin anew when what they are figures of changes', async () => {
    for (const index of [0, 1, 2]) await storeBar(index, '100');
    await handle(barEvent(0, 2));
    await storeStrategy({ startingCapital: '2000', startDate: day(1) });
    await storeBar(3, '100');
    await handle(barEvent(3));
    expect(await equities()).toEqual(['2000', '2000', '2000']);
  });

  it('are computed beside a strategy that cannot be read', async () => {
    await owner.query(
      `INSERT INTO strategy_engine.strategies (strategy_id, name, status, parameters)
       VALUES ('broken', 'Broken', 'active', '{"tradingSource":"yahoo","symbols":["AAPL"],"startingCapital":"none"}')`,
    );
    await storeBar(0, '100');
    expect(await handle(barEvent(0))).toMatchObject([{ strategyId: 'trend', equity: '1000' }]);
    expect([...unreadable]).toEqual(['broken']);
  });

  it('go on for a stopped strategy while it holds something, to the fill that ends it', async () => {
    await storeBar(0, '100');
    await storeFill(0, 5, '100');
    await handle(barEvent(0));
    await owner.query(`UPDATE strategy_engine.strategies SET status = 'paused'`);
    await storeBar(1, '110');
    expect(await handle(barEvent(1))).toMatchObject([{ strategyId: 'trend', equity: '1049' }]);
    const last = await storeFill(1, -5, '110');
    expect(await handle(last)).toMatchObject([{ strategyId: 'trend', equity: '1048' }]);
    await storeBar(2, '120');
    expect(await handle(barEvent(2))).toEqual([]);
  });

  it('go on for what a stopped strategy holds itself, whatever others hold in its account', async () => {
    // Two strategies of one account and symbol are never active at once, but the second may follow the first.
    await owner.query(`UPDATE strategy_engine.strategies SET status = 'paused'`);
    await storeStrategy({}, 'against');
    await storeBar(0, '100');
    // Long and short: the account holds nothing, and each strategy something.
    await storeFill(0, 5, '100');
    await storeFill(0, -5, '100', '1', 'against');
    await owner.query(`UPDATE strategy_engine.strategies SET status = 'paused'`);
    expect(await measured(0)).toEqual(['against', 'trend']);
    // One is flat, and the account holds what the other does.
    await storeBar(1, '110');
    await storeFill(1, 5, '110', '1', 'against');
    expect(await measured(1)).toEqual(['trend']);
  });

  it('are not computed from bars of another series, or for a strategy that is stopped and holds nothing', async () => {
    await storeBar(0, '100');
    await owner.query(`UPDATE strategy_engine.strategies SET status = 'paused'`);
    expect(await handle(barEvent(0))).toEqual([]);
    expect(await storedRows()).toEqual([]);
  });
});

describe('summaries', () => {
  async function fiveDays(): Promise<void> {
    for (const [index, close] of ['100', '110', '90', '95', '99'].entries()) await storeBar(index, close);
    await storeFill(1, 5, '102');
    await storeFill(3, -5, '94');
    await handle(barEvent(0, 4));
  }

  it('say how a strategy did in all', async () => {
    await fiveDays();
    const curve = ['1000', '1000', '1039', '939', '958', '958'].map((equity) => new Decimal(equity));
    expect(await analytics.summary('trend')).toEqual({
      strategyId: 'trend',
      accountId: 'ACC',
      from: '2020-01-02',
      to: '2020-01-08',
      days: 5,
      startingEquity: '1000',
      finalEquity: '958',
      totalReturn: '-0.042',
      sharpeRatio: sharpeRatio(returnStatistics(curveReturns(curve)))
        ?.toDecimalPlaces(8)
        .toString(),
      maxDrawdown: '-0.09624639',
      closedTrades: 1,
      wins: 0,
      losses: 1,
      breakevens: 0,
      winRate: '0',
      fills: 2,
      commission: '2.0000',
      turnover: '980.00000000',
      method: {
        annualisation: 'sqrt(252)',
        ddof: 1,
        riskFreeRate: '0',
        series: 'daily equity at the closes of yahoo, starting equity included',
      },
    });
  });

  it('are cached until they expire or their figures change', async () => {
    await fiveDays();
    const { finalEquity } = await analytics.summary('trend');
    await owner.query(
      `UPDATE analytics.analytics_cache SET value = jsonb_set(value, '{finalEquity}', '"cached"')`,
    );
    expect(await analytics.summary('trend')).toMatchObject({ finalEquity: 'cached' });
    clock = new Date(clock.getTime() + 3_600_000);
    expect(await analytics.summary('trend')).toMatchObject({ finalEquity });
    await handle(await storeFill(4, 1, '90', '0'));
    expect(await analytics.summary('trend')).toMatchObject({ finalEquity: '967' });
  });

  it('of a period count from the equity before it', async () => {
    await fiveDays();
    const { content } = await analytics.report({
      type: 'period_summary',
      strategyId: 'trend',
      from: '2020-01-04',
      to: '2020-01-07',
    });
    expect(content).toMatchObject({
      from: '2020-01-06',
      startingEquity: '1039',
      finalEquity: '958',
      days: 2,
      fills: 1,
    });
  });

  it('are stored as reports, one for each request', async () => {
    await fiveDays();
    const request = { type: 'daily_summary', strategyId: 'trend', date: '2020-01-07' } as const;
    const first = await analytics.report(request);
    await analytics.report(request);
    const rows = await poolSql(pool).query(
      'SELECT report_id, report_type, period_start::text, period_end::text, content FROM analytics.reports',
    );
    expect(rows).toEqual([
      {
        report_id: 'daily_summary:trend:2020-01-07',
        report_type: 'daily_summary',
        period_start: '2020-01-07',
        period_end: '2020-01-07',
        content: JSON.parse(JSON.stringify(first.content)),
      },
    ]);
    expect(first.content).toMatchObject({ days: 1, losses: 1, totalReturn: '0.02023429' });
  });

  it('of nothing are refused', async () => {
    await expect(analytics.summary('trend')).rejects.toMatchObject({ code: 'ANALYTICS.NO_FIGURES' });
    await expect(
      analytics.report({ type: 'period_summary', strategyId: 'trend', from: '2020-02-01', to: '2020-01-01' }),
    ).rejects.toMatchObject({ code: 'ANALYTICS.INVALID_PERIOD' });
  });
});
