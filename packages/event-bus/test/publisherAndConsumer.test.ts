import { beforeAll, expect, test } from '@jest/globals';
import { inTransaction, type ServicePool } from '@trading/database';
import type { TradingEvent } from '@trading/model';
import { createPublisher, drain, type HandlerContext } from '../src';
import type { BusHarness } from './busHarness';
import { useBus } from './busSuite';
import { bars, signal } from './events';

const publisher = createPublisher({ service: 'ingestion' });
const suite = useBus({ inbox: true });
const { consumer } = suite;
let harness: BusHarness;
let ingestion: ServicePool;
let strategy: ServicePool;
let execution: ServicePool;
let bus: ServicePool;
beforeAll(() => {
  harness = suite.harness();
  ingestion = harness.pool('ingestion');
  strategy = harness.pool('strategy');
  execution = harness.pool('execution');
  bus = harness.pool('event_bus');
});

const publishBars = (...symbols: string[]) => harness.publishBars(...symbols);
const rows = (text: string) => harness.rows(text);

test('an event exists if, and only if, the transaction that it was published in commits', async () => {
  const seen: TradingEvent[] = [];
  const reader = consumer({ handlers: { market_data_updated: async (event) => void seen.push(event) } });

  const failing = inTransaction(ingestion, async (tx) => {
    await publisher.publish(tx, 'market_data_updated', bars('LOST'));
    await tx.query('SELECT 1 / 0');
  });
  await expect(failing).rejects.toMatchObject({ code: 'DATABASE.INVALID_VALUE' });
  const occurredAt = new Date('2017-05-12T20:00:00.000Z');
  const published = await inTransaction(ingestion, (tx) =>
    publisher.publish(tx, 'market_data_updated', bars('AAPL'), { occurredAt, correlationId: 'run-1' }),
  );
  await harness.settle();

  expect(await reader.runOnce()).toBe(1);
  expect(seen).toEqual([published]);
  expect(published).toMatchObject({ correlationId: 'run-1', causationId: null, occurredAt, key: 'AAPL' });
});

test('events come in the order in which their transactions began to write, none skipped, though ids commit out of order', async () => {
  const seen: string[] = [];
  const reader = consumer({
    handlers: { market_data_updated: async (event) => void seen.push(event.data.symbol) },
  });
  const slow = await ingestion.connect();
  await slow.query('BEGIN');
  const sql = {
    query: async (text: string, values?: readonly unknown[]) =>
      (await slow.query(text, [...(values ?? [])])).rows,
  };
  await publisher.publish(sql, 'market_data_updated', bars('SLOW'));
  await inTransaction(ingestion, (tx) => publisher.publish(tx, 'market_data_updated', bars('QUICK')));

  expect(await reader.runOnce()).toBe(0);
  await slow.query('COMMIT');
  slow.release();
  await drain([reader], { pool: bus });

  expect(seen).toEqual(['SLOW', 'QUICK']);
});

test('what a handler publishes is caused by its event, and is in the log with its other effects', async () => {
  const seen: TradingEvent[] = [];
  const first = consumer({
    handlers: {
      market_data_updated: async (event, { publish }) => {
        publish('signal_generated', signal(event.data.symbol), { occurredAt: new Date(event.data.to) });
      },
    },
  });
  const second = consumer({
    group: 'execution',
    pool: execution,
    handlers: { signal_generated: async (event) => void seen.push(event) },
  });
  const [cause] = await publishBars('AAPL');

  expect(await drain([first, second], { pool: bus })).toBe(2);

  expect(seen).toMatchObject([
    {
      type: 'signal_generated',
      service: 'strategy',
      causationId: cause?.id,
      correlationId: cause?.correlationId,
    },
  ]);
  expect(first.figures()).toMatchObject({ handled: 1, published: 1, retries: 0, dead: 0 });
});

test('keys are handled side by side, each in its own order, and what they publish keeps the order of the events', async () => {
  const seen: string[] = [];
  let running = 0;
  let most = 0;
  const reader = consumer({
    concurrency: 8,
    handlers: {
      market_data_updated: async (event, { tx, publish }) => {
        running += 1;
        most = Math.max(most, running);
        const [row] = await tx.query<{ symbol: string }>(
          'SELECT $1::text AS symbol',
          [event.data.symbol],
          'echo',
        );
        publish('signal_generated', { ...signal(event.data.symbol), signalId: `${event.data.inserted}` });
        seen.push(`${row?.symbol}${event.data.inserted}`);
        running -= 1;
      },
    },
  });
  const order: string[] = [];
  await inTransaction(ingestion, async (tx) => {
    for (let round = 0; round < 5; round += 1) {
      for (const symbol of ['A', 'B', 'C']) {
        order.push(`${round}`);
        await publisher.publish(tx, 'market_data_updated', { ...bars(symbol), inserted: round });
      }
    }
  });
  await harness.settle();

  expect(await reader.runOnce()).toBe(15);

  expect(most).toBe(3);
  for (const symbol of ['A', 'B', 'C']) {
    expect(seen.filter((item) => item.startsWith(symbol))).toEqual(
      [0, 1, 2, 3, 4].map((n) => `${symbol}${n}`),
    );
  }
  const published = await rows(
    "SELECT data->>'signalId' AS id FROM event_bus.outbox WHERE service = 'strategy' ORDER BY xid, id",
  );
  expect(published.map((row) => row.id)).toEqual(order);
});

test('a batch handler gets the events of its type that follow one another; one that fails is found and the rest is not hurt', async () => {
  const runs: string[][] = [];
  const reader = consumer({
    maxAttempts: 2,
    handlers: {},
    batchHandlers: {
      market_data_updated: async (events, { publish }) => {
        if (events.some((event) => event.data.symbol === 'BAD')) throw new RangeError('no such symbol');
        runs.push(events.map((event) => event.data.symbol));
        for (const event of events) publish(event, 'signal_generated', signal(event.data.symbol));
      },
    },
  });
  await publishBars('A', 'B', 'BAD', 'C', 'D', 'E');

  await drain([reader], { pool: bus });

  expect(runs.flat().filter((symbol, index, all) => all.lastIndexOf(symbol) === index)).toEqual([
    'A',
    'B',
    'C',
    'D',
    'E',
  ]);
  expect(reader.figures()).toMatchObject({ handled: 5, dead: 1, published: 5 });
  expect(await rows('SELECT attempts, error FROM event_bus.dead_letters')).toEqual([
    { attempts: 2, error: 'no such symbol' },
  ]);
});

test('types that share one batch handler come to it together, in the order in which they were committed', async () => {
  const runs: string[][] = [];
  const take = async (events: readonly TradingEvent[]) => void runs.push(events.map((event) => event.type));
  const reader = consumer({
    handlers: {},
    batchHandlers: { market_data_updated: take, data_quality_failed: take },
  });
  await inTransaction(ingestion, (tx) =>
    publisher.publishAll(tx, [
      { type: 'market_data_updated', data: bars('A') },
      {
        type: 'data_quality_failed',
        data: { symbol: 'A', dataSource: 'yahoo', checkType: 'gap', barTimestamp: null, message: 'a gap' },
      },
      { type: 'market_data_updated', data: bars('B') },
    ]),
  );
  await harness.settle();

  expect(await reader.runOnce()).toBe(3);

  expect(runs).toEqual([['market_data_updated', 'data_quality_failed', 'market_data_updated']]);
});

test('several processes of one group share its work, and no effect is doubled', async () => {
  const seen: TradingEvent[] = [];
  const handlers = {
    market_data_updated: async (event: TradingEvent<'market_data_updated'>) => void seen.push(event),
  };
  const readers = [1, 2, 3].map(() => consumer({ handlers, batchSize: 7, pollMs: 20 }));
  for (const reader of readers) reader.start();
  const published: TradingEvent[] = [];
  for (let round = 0; round < 20; round += 1) published.push(...(await publishBars('A', 'B', 'C', 'D', 'E')));

  await drain(readers, { pool: bus });

  expect(await rows('SELECT count(*)::int AS n FROM event_bus.inbox')).toEqual([{ n: 100 }]);
  // Across keys the order is another where one was taken for dead in the middle.
  const ofKey = (events: readonly TradingEvent[], key: string) => events.filter((event) => event.key === key);
  for (const key of 'ABCDE') expect(ofKey(seen, key)).toEqual(ofKey(published, key));
});

test('a group begins at the beginning of the log, or with what is published from now on', async () => {
  const old: string[] = [];
  const fresh: string[] = [];
  await publishBars('OLD');
  const fromStart = consumer({
    handlers: { market_data_updated: async (e) => void old.push(e.data.symbol) },
  });
  const fromNow = consumer({
    group: 'execution',
    pool: execution,
    startAt: 'now',
    handlers: { market_data_updated: async (e) => void fresh.push(e.data.symbol) },
  });
  await fromNow.runOnce();
  await publishBars('NEW');

  await drain([fromStart, fromNow], { pool: bus });

  expect(old).toEqual(['OLD', 'NEW']);
  expect(fresh).toEqual(['NEW']);
});

test('a group may do without waiting for the disk, and without inbox rows; its effects still happen once', async () => {
  const commitSetting = "SELECT setting, source FROM pg_settings WHERE name = 'synchronous_commit'";
  const seen: string[] = [];
  const handlers = {
    market_data_updated: async (event: TradingEvent<'market_data_updated'>, { tx }: HandlerContext) => {
      const [row] = await tx.query<{ setting: string; source: string }>(commitSetting);
      seen.push(`${event.data.symbol} ${row?.setting} ${row?.source}`);
    },
  };
  const lazy = { handlers, synchronousCommit: false, inbox: false, batchSize: 2 };
  const readers = [consumer(lazy), consumer(lazy)];
  await publishBars('A', 'B', 'C', 'D', 'E');

  await drain(readers, { pool: bus });

  expect(seen).toEqual(['A', 'B', 'C', 'D', 'E'].map((symbol) => `${symbol} off session`));
  expect(await rows('SELECT 1 FROM event_bus.inbox')).toEqual([]);
  const { rows: settings } = await strategy.query(commitSetting);
  expect(settings).not.toMatchObject([{ source: 'session' }]);
});
