import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServicePool, poolSql, type ServicePool } from '@trading/database';
import { createConsumer, createPublisher, drain } from '@trading/event-bus';
import type { EventData } from '@trading/model';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import { createLoggingService, createLogSink, type LoggingService } from '../src';

let database: TestDatabase;
let pool: ServicePool;
let execution: ServicePool;
let logging: LoggingService;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createServicePool({
    url: database.serviceUrl('logging'),
    service: 'logging',
    max: 4,
    waitMs: PATIENCE_MS,
  });
  execution = createServicePool({
    url: database.serviceUrl('execution'),
    service: 'execution',
    max: 2,
    waitMs: PATIENCE_MS,
  });
  logging = createLoggingService({ pool, now: () => new Date('2020-01-02T03:04:05Z') });
});

afterAll(async () => {
  await pool?.end();
  await execution?.end();
  await database?.drop();
});

beforeEach(async () => {
  await pool.query(
    'DELETE FROM logging.system_logs; DELETE FROM logging.trading_logs; DELETE FROM logging.performance_logs',
  );
});

const order: EventData<'order_updated'> = {
  orderId: 'O-1',
  accountId: 'ACC',
  symbol: 'AAPL',
  side: 'buy',
  orderType: 'market',
  timeInForce: 'day',
  quantity: '100.0000',
  price: null,
  stopPrice: null,
  previousStatus: 'submitted',
  status: 'filled',
  filledQuantity: '100.0000',
  avgFillPrice: '64.5000',
  strategyId: 'trend',
  reason: null,
};

const trade: EventData<'trade_executed'> = {
  tradeId: 'T-1',
  executionId: 'X-1',
  orderId: 'O-1',
  accountId: 'ACC',
  symbol: 'AAPL',
  side: 'buy',
  quantity: '100.0000',
  price: '64.5000',
  commission: '1.0000',
  realizedPnl: '-1.0000',
  executedAt: '2020-01-02T05:00:00Z',
  strategyId: 'trend',
};

const occurredAt = new Date('2020-01-02T05:00:00Z');

/** Publishes a fill and what follows from it, and lets the logging service hear of it. */
async function publishFill(correlationId: string): Promise<void> {
  const publisher = createPublisher({ service: 'execution' });
  await publisher.publishAll(poolSql(execution), [
    { type: 'order_updated', data: order, correlationId, occurredAt },
    { type: 'trade_executed', data: trade, correlationId, occurredAt },
    {
      type: 'order_updated',
      data: {
        ...order,
        orderId: 'O-2',
        status: 'rejected',
        avgFillPrice: null,
        filledQuantity: '0',
        reason: 'halted',
      },
      correlationId,
      occurredAt,
    },
  ]);
  await hear();
}

/** Lets the logging service hear of what was published. */
async function hear(): Promise<void> {
  await drain([createConsumer({ group: 'logging', pool, batchHandlers: logging.batchHandlers })], { pool });
}

describe('events', () => {
  it('of orders and trades are logged for the system and for trading', async () => {
    await publishFill('chain-1');
    const system = await poolSql(pool).query(
      `SELECT "timestamp", service, level, event_type, message, correlation_id, metadata -> 'data' ->> 'orderId' AS order_id
         FROM logging.system_logs ORDER BY id`,
    );
    expect(system).toEqual([
      {
        timestamp: occurredAt,
        service: 'execution',
        level: 'info',
        event_type: 'order_updated',
        message: 'order O-1 to buy 100 AAPL (market) is filled, was submitted',
        correlation_id: 'chain-1',
        order_id: 'O-1',
      },
      {
        timestamp: occurredAt,
        service: 'execution',
        level: 'info',
        event_type: 'trade_executed',
        message: 'ACC bought 100 AAPL at 64.5, commission 1, realised -1',
        correlation_id: 'chain-1',
        order_id: 'O-1',
      },
      {
        timestamp: occurredAt,
        service: 'execution',
        level: 'warn',
        event_type: 'order_updated',
        message: 'order O-2 to buy 100 AAPL (market) is rejected, was submitted: halted',
        correlation_id: 'chain-1',
        order_id: 'O-2',
      },
    ]);
    const trading = await poolSql(pool).query(
      `SELECT trade_id, order_id, symbol, side, quantity, price, strategy, status, error_message, correlation_id
         FROM logging.trading_logs ORDER BY id`,
    );
    const common = {
      symbol: 'AAPL',
      side: 'buy',
      quantity: '100.0000',
      strategy: 'trend',
      correlation_id: 'chain-1',
    };
    expect(trading).toEqual([
      { ...common, trade_id: null, order_id: 'O-1', price: '64.5000', status: 'filled', error_message: null },
      {
        ...common,
        trade_id: 'T-1',
        order_id: 'O-1',
        price: '64.5000',
        status: 'executed',
        error_message: null,
      },
      {
        ...common,
        trade_id: null,
        order_id: 'O-2',
        price: null,
        status: 'rejected',
        error_message: 'halted',
      },
    ]);
  });

  it('of a trade tell how long it took since its order was made, whether they come together or not', async () => {
    const publisher = createPublisher({ service: 'execution' });
    const at = (time: string) => new Date(`2020-01-02T${time}Z`);
    const correlationId = 'chain-timed';
    const pending = { ...order, previousStatus: null, status: 'pending' as const };
    const executed = { ...trade, executedAt: '2020-01-02T05:00:01.250Z' };
    await publisher.publishAll(poolSql(execution), [
      { type: 'order_updated', data: pending, correlationId, occurredAt: at('05:00:00') },
      { type: 'trade_executed', data: executed, correlationId, occurredAt: at('05:00:01.250') },
    ]);
    await hear();
    const late = { ...executed, tradeId: 'T-2', executionId: 'X-2' };
    const unknown = { ...executed, tradeId: 'T-3', executionId: 'X-3', orderId: 'O-elsewhere' };
    await publisher.publishAll(poolSql(execution), [
      { type: 'trade_executed', data: late, correlationId, occurredAt: new Date('2020-03-02T05:00:00Z') },
      { type: 'trade_executed', data: unknown, correlationId, occurredAt: at('06:00:00') },
    ]);
    await hear();
    expect(
      await poolSql(pool).query('SELECT trade_id, execution_time_ms FROM logging.trading_logs ORDER BY id'),
    ).toEqual([
      { trade_id: null, execution_time_ms: null },
      { trade_id: 'T-1', execution_time_ms: 1250 },
      { trade_id: 'T-2', execution_time_ms: 2147483647 },
      { trade_id: 'T-3', execution_time_ms: null },
    ]);
  });

  it('of a trade tell no time where nothing tells when its order was made', async () => {
    // What a fill publishes: the order's move, then the trade; here of an order whose first line is gone, as it came late or
    // retention dropped it.
    await publishFill('chain-cut');
    const publisher = createPublisher({ service: 'execution' });
    const part = { ...trade, tradeId: 'T-2', executionId: 'X-2' };
    await publisher.publishAll(poolSql(execution), [
      { type: 'trade_executed', data: part, correlationId: 'chain-cut', occurredAt: new Date() },
    ]);
    await hear();
    const times = await poolSql(pool).query(
      `SELECT trade_id, status, execution_time_ms FROM logging.trading_logs WHERE order_id = 'O-1' ORDER BY id`,
    );
    expect(times).toEqual([
      { trade_id: null, status: 'filled', execution_time_ms: null },
      { trade_id: 'T-1', status: 'executed', execution_time_ms: null },
      { trade_id: 'T-2', status: 'executed', execution_time_ms: null },
    ]);
  });

  it('of one chain are found in their order, each trading line after its event', async () => {
    await publishFill('chain-2');
    await publishFill('chain-3');
    const chain = await logging.chain('chain-2');
    expect(chain.map(({ log, eventType, message }) => [log, eventType, message])).toEqual([
      ['system', 'order_updated', 'order O-1 to buy 100 AAPL (market) is filled, was submitted'],
      ['trading', 'order_updated', 'filled buy 100 AAPL at 64.5'],
      ['system', 'trade_executed', 'ACC bought 100 AAPL at 64.5, commission 1, realised -1'],
      ['trading', 'trade_executed', 'executed buy 100 AAPL at 64.5'],
      ['system', 'order_updated', 'order O-2 to buy 100 AAPL (market) is rejected, was submitted: halted'],
      ['trading', 'order_updated', 'rejected buy 100 AAPL halted'],
    ]);
    expect(await logging.chain('unknown')).toEqual([]);
  });
});

describe('lines that are to be there once', () => {
  it('are written by one of many who ask at once, without secrets, and are counted by service and level', async () => {
    const line = {
      eventType: 'daily_summary:2020-01-02',
      service: 'notification',
      message: 'sent by postgresql://trading:secret@db/x',
      correlationId: 'run-1',
    };

    const written = await Promise.all(Array.from({ length: 8 }, () => logging.logOnce(line)));

    expect(written.filter((isNew) => isNew)).toHaveLength(1);
    expect((await logging.chain('run-1')).map(({ message }) => message)).toEqual([
      'sent by postgresql://trading:[redacted]@db/x',
    ]);
    const count = (from: string, until: string) => logging.countLines(new Date(from), new Date(until));
    expect(await count('2020-01-02T00:00:00Z', '2020-01-03T00:00:00Z')).toEqual([
      { service: 'notification', level: 'info', lines: 1 },
    ]);
    expect(await count('2020-01-01T00:00:00Z', '2020-01-02T03:04:05Z')).toEqual([]);
  });
});

describe('performance records', () => {
  it('are written in whole milliseconds and megabytes', async () => {
    await logging.recordPerformance({
      service: 'cli',
      operation: 'demo',
      executionTimeMs: 1234.5,
      memoryUsageMb: 144.6,
      cpuUsagePercent: 87.654,
      metadata: { bars: 1258, password: 'x' },
    });
    await logging.recordPerformance({ service: 'cli', operation: 'up', executionTimeMs: 10 });
    const rows = await poolSql(pool).query(
      `SELECT "timestamp", service, operation, execution_time_ms, memory_usage_mb, cpu_usage_percent, metadata
         FROM logging.performance_logs ORDER BY id`,
    );
    const timestamp = new Date('2020-01-02T03:04:05Z');
    expect(rows).toEqual([
      {
        timestamp,
        service: 'cli',
        operation: 'demo',
        execution_time_ms: 1235,
        memory_usage_mb: 145,
        cpu_usage_percent: '87.65',
        metadata: { bars: 1258, password: '[redacted]' },
      },
      {
        timestamp,
        service: 'cli',
        operation: 'up',
        execution_time_ms: 10,
        memory_usage_mb: null,
        cpu_usage_percent: null,
        metadata: null,
      },
    ]);
  });
});

describe('the log sink', () => {
  const written = () =>
    poolSql(pool).query(
      'SELECT service, level, message, correlation_id, metadata FROM logging.system_logs ORDER BY id',
    );

  it('writes lines in batches, in order and without secrets, by the time it is closed', async () => {
    {
      await using sink = createLogSink({ pool, service: 'cli', batchSize: 2, flushMs: 3_600_000 });
      sink.info('connected to postgresql://trading:s3cret@db/x', {
        correlationId: 'c-1',
        attempt: 1,
        apiKey: 'k',
      });
      sink.warn('second');
      sink.error('third', { error: new Error('broken') });
    }
    expect(await written()).toEqual([
      {
        service: 'cli',
        level: 'info',
        message: 'connected to postgresql://trading:[redacted]@db/x',
        correlation_id: 'c-1',
        metadata: { attempt: 1, apiKey: '[redacted]' },
      },
      { service: 'cli', level: 'warn', message: 'second', correlation_id: null, metadata: null },
      {
        service: 'cli',
        level: 'error',
        message: 'third',
        correlation_id: null,
        metadata: { error: { name: 'Error', message: 'broken' } },
      },
    ]);
  });

  it('drops what finds the buffer full, and says how much it was', async () => {
    const sink = createLogSink({ pool, service: 'cli', capacity: 2, flushMs: 3_600_000 });
    for (const message of ['1', '2', '3', '4', '5']) sink.info(message);
    expect(sink.dropped).toBe(3);
    await sink.close();
    sink.info('after the end');
    expect((await written()).map(({ message }) => message)).toEqual([
      '1',
      '2',
      '3 log lines were dropped: the buffer was full, or the database refused them',
    ]);
    expect(sink.dropped).toBe(4);
  });

  it('stores a line with what no column holds, made storable, and the lines behind it', async () => {
    const sink = createLogSink({ pool, service: 'cli', flushMs: 3_600_000 });
    sink.info('a NUL \0', { correlationId: 'c\0', eventType: 'x'.repeat(200), half: '\ud800', 'k\0': 1 });
    sink.info('behind it');
    await sink.close();
    expect(await written()).toMatchObject([
      { message: 'a NUL \ufffd', correlation_id: 'c\ufffd', metadata: { half: '\ufffd', 'k\ufffd': 1 } },
      { message: 'behind it' },
    ]);
  });

  it('drops the one line that the database refuses, says so, and keeps the others in their order', async () => {
    const refused: unknown[] = [];
    const sink = createLogSink({
      pool,
      service: 'cli',
      flushMs: 3_600_000,
      onError: (error) => refused.push(error),
    });
    await using owner = createServicePool({
      url: database.ownerUrl,
      service: 'logging',
      max: 1,
      waitMs: PATIENCE_MS,
    });
    await owner.query(
      `ALTER TABLE logging.system_logs ADD CONSTRAINT refuses CHECK (message NOT LIKE 'refused%')`,
    );
    for (const message of ['1', '2', 'refused', '3', '4', 'refused too']) sink.info(message);
    await sink.close();
    await owner.query('ALTER TABLE logging.system_logs DROP CONSTRAINT refuses');
    expect((await written()).map(({ message }) => message)).toEqual([
      '1',
      '2',
      '3',
      '4',
      '2 log lines were dropped: the buffer was full, or the database refused them',
    ]);
    expect(sink.dropped).toBe(2);
    expect(refused).toMatchObject([{ code: 'DATABASE.CHECK_VIOLATION' }, {}]);
  });

  it('keeps lines while the database refuses them', async () => {
    const sink = createLogSink({ pool, service: 'cli', flushMs: 3_600_000 });
    sink.info('kept');
    await using owner = createServicePool({
      url: database.ownerUrl,
      service: 'logging',
      max: 1,
      waitMs: PATIENCE_MS,
    });
    await owner.query('ALTER TABLE logging.system_logs RENAME TO away');
    await expect(sink.flush()).rejects.toMatchObject({ code: expect.stringMatching(/^DATABASE\./) });
    await owner.query('ALTER TABLE logging.away RENAME TO system_logs');
    await sink.close();
    expect((await written()).map(({ message }) => message)).toEqual(['kept']);
  });
});
