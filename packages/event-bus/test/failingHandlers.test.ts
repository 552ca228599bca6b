import { beforeAll, describe, expect, test } from '@jest/globals';
import { poolSql, type ServicePool } from '@trading/database';
import { until } from '@trading/testing';
import { drain, listDeadLetters, retryDeadLetters } from '../src';
import type { BusHarness } from './busHarness';
import { useBus } from './busSuite';
import { bars, signal } from './events';

const suite = useBus({ inbox: true });
const { consumer } = suite;
let harness: BusHarness;
let ingestion: ServicePool;
let strategy: ServicePool;
let bus: ServicePool;
beforeAll(() => {
  harness = suite.harness();
  ingestion = harness.pool('ingestion');
  strategy = harness.pool('strategy');
  bus = harness.pool('event_bus');
});

const publishBars = (...symbols: string[]) => harness.publishBars(...symbols);
const rows = (text: string) => harness.rows(text);

describe('a handler that throws', () => {
  test('leaves no effect behind, and the event is tried again', async () => {
    const attempts: string[] = [];
    const reader = consumer({
      handlers: {
        market_data_updated: async (event, { tx, publish }) => {
          attempts.push(event.data.symbol);
          await tx.query(
            "INSERT INTO strategy_engine.strategies (strategy_id, name, status) VALUES ($1, 'x', 'inactive')",
            [event.data.symbol],
          );
          publish('signal_generated', signal(event.data.symbol));
          if (event.data.symbol === 'B' && attempts.length < 5) throw new TypeError('not yet');
        },
      },
    });
    await publishBars('A', 'B', 'C');

    expect(await reader.runOnce()).toBe(3);

    expect(
      await rows('SELECT strategy_id FROM strategy_engine.strategies ORDER BY id').catch(() => 'denied'),
    ).toBe('denied');
    const { rows: strategies } = await strategy.query(
      'SELECT strategy_id FROM strategy_engine.strategies ORDER BY id',
    );
    expect(strategies.map((row) => row.strategy_id)).toEqual(['A', 'C', 'B']);
    expect(await rows("SELECT count(*)::int AS n FROM event_bus.outbox WHERE service = 'strategy'")).toEqual([
      { n: 3 },
    ]);
    expect(reader.figures()).toMatchObject({ handled: 3, dead: 0, lastError: 'not yet' });
  });

  test('every time, makes its event a dead letter with error and stack, and hurts no other event', async () => {
    const seen: string[] = [];
    const reader = consumer({
      maxAttempts: 3,
      handlers: {
        market_data_updated: async (event) => {
          if (event.data.symbol === 'BAD') throw new RangeError('no such symbol');
          seen.push(event.data.symbol);
        },
      },
    });
    const published = await publishBars('A', 'BAD', 'C', 'D');

    await drain([reader], { pool: bus });

    expect(new Set(seen)).toEqual(new Set(['A', 'C', 'D']));
    const [letter] = await rows('SELECT * FROM event_bus.dead_letters');
    expect(letter).toMatchObject({
      consumer_group: 'strategy',
      event_id: published[1]?.id,
      event_type: 'market_data_updated',
      event: { id: published[1]?.id, data: bars('BAD') },
      error: 'no such symbol',
      stack: expect.stringContaining('RangeError: no such symbol'),
      attempts: 3,
    });
    expect(await rows('SELECT count(*)::int AS n FROM event_bus.inbox')).toEqual([{ n: 3 }]);
    expect(reader.figures()).toMatchObject({ handled: 3, dead: 1, retries: 2 });
  });

  test('stops a group whose rule is to halt, which goes on from there once it is mended', async () => {
    let broken = true;
    const seen: string[] = [];
    const reader = consumer({
      maxAttempts: 2,
      onPoison: 'halt',
      handlers: {
        market_data_updated: async (event) => {
          if (event.data.symbol === 'BAD' && broken) throw new RangeError('no such symbol');
          seen.push(event.data.symbol);
        },
      },
    });
    await publishBars('A', 'BAD', 'C');

    await expect(reader.runOnce()).rejects.toMatchObject({ code: 'EVENTS.HALTED' });
    await expect(reader.runOnce()).rejects.toMatchObject({ code: 'EVENTS.HALTED' });
    broken = false;
    await drain([reader], { pool: bus });

    expect(seen.slice(-2)).toEqual(['BAD', 'C']);
    expect(await rows('SELECT count(*)::int AS n FROM event_bus.dead_letters')).toEqual([{ n: 0 }]);
  });
});

test('a handler that hangs loses its transaction, and its late effects with it', async () => {
  let hangs = true;
  const late: Promise<unknown>[] = [];
  const reader = consumer({
    handlerTimeoutMs: 200,
    // Where the machine is slow others come too late as well.
    maxAttempts: 1_000_000,
    handlers: {
      market_data_updated: async (_event, { tx }) => {
        const insert =
          "INSERT INTO strategy_engine.strategies (strategy_id, name, status) VALUES ('once', 'x', 'inactive')";
        if (!hangs) return void (await tx.query(insert));
        hangs = false;
        const work = tx.query('SELECT pg_sleep(60)').then(() => tx.query(insert));
        late.push(work.catch((error: { code: string }) => error.code));
        await work;
      },
    },
  });
  await publishBars('A');

  expect(await reader.runOnce()).toBe(1);

  expect(await Promise.all(late)).toEqual(['DATABASE.UNAVAILABLE']);
  const { rows: strategies } = await strategy.query(
    "SELECT count(*)::int AS n FROM strategy_engine.strategies WHERE strategy_id = 'once'",
  );
  expect(strategies).toEqual([{ n: 1 }]);
});

describe.each([
  ['publishes nothing', false],
  ['publishes', true],
])('a handler that hides a failed statement, and %s', (_what, publishes) => {
  const hiding = () =>
    consumer({
      maxAttempts: 2,
      handlers: {
        market_data_updated: async (event, { tx, publish }) => {
          await tx.query('SELECT 1 / 0').catch(() => {});
          if (publishes) publish('signal_generated', signal(event.data.symbol));
        },
      },
    });
  const HIDDEN = expect.stringContaining('A statement of the handler failed and the handler went on');

  test('has no effect at all, and its event is not taken for handled', async () => {
    const reader = hiding();
    await publishBars('A');

    expect(await reader.runOnce()).toBe(1);

    expect(await rows('SELECT error, attempts FROM event_bus.dead_letters')).toEqual([
      { error: HIDDEN, attempts: 2 },
    ]);
    expect(await rows('SELECT 1 FROM event_bus.inbox')).toEqual([]);
  });

  test('has none either where its dead letter is tried again: the letter stays', async () => {
    const reader = hiding();
    await publishBars('A');
    await reader.runOnce();

    await retryDeadLetters(poolSql(bus), { group: 'strategy' });
    await until('it was tried', async () => {
      await reader.runOnce();
      return (await listDeadLetters(poolSql(bus))).every((letter) => letter.retryRequestedAt === null);
    });

    expect(await rows('SELECT error, attempts, resolved_at FROM event_bus.dead_letters')).toEqual([
      { error: HIDDEN, attempts: 3, resolved_at: null },
    ]);
    expect(await rows('SELECT 1 FROM event_bus.inbox')).toEqual([]);
  });
});

test('a record that breaks its schema, or is of a version not known, becomes a dead letter at once', async () => {
  const reader = consumer({ handlers: { market_data_updated: async () => {} } });
  const insert = `INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
    VALUES (gen_random_uuid(), 'market_data_updated', $1, 'ingestion', 'A', 'c', $2, now())`;
  await ingestion.query(insert, [1, JSON.stringify({ symbol: 'A' })]);
  await ingestion.query(insert, [99, JSON.stringify(bars('A'))]);
  await publishBars('B');

  await drain([reader], { pool: bus });

  const letters = await rows('SELECT error, attempts FROM event_bus.dead_letters ORDER BY id');
  expect(letters).toMatchObject([
    { error: expect.stringContaining('breaks its schema: dataSource'), attempts: 1 },
    { error: expect.stringContaining('version 99; this program reads version 1'), attempts: 1 },
  ]);
  expect(reader.figures()).toMatchObject({ handled: 1, dead: 2, retries: 0 });
});
