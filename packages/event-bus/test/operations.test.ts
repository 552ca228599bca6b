import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { poolSql, type Sql } from '@trading/database';
import {
  applyRetention,
  type Consumer,
  type ConsumerOptions,
  createConsumer,
  drain,
  dropDeadLetters,
  listDeadLetters,
  readBusLag,
  readBusStatus,
  replayEvents,
  retryDeadLetters,
  showDeadLetter,
  tailEvents,
} from '../src';
import { type BusHarness, createBusHarness, eventually } from './busHarness';

let harness: BusHarness;
let bus: Sql;
const open: Consumer[] = [];

beforeAll(async () => {
  harness = await createBusHarness();
  bus = poolSql(harness.pool('event_bus'));
});

beforeEach(() => harness.clear());

afterEach(async () => {
  for (const consumer of open.splice(0)) await consumer[Symbol.asyncDispose]();
});

afterAll(async () => {
  await harness[Symbol.asyncDispose]();
});

function consumer(seen: string[], options: Partial<ConsumerOptions> = {}): Consumer {
  const made = createConsumer({
    group: 'strategy',
    pool: harness.pool('strategy'),
    backoff: { firstMs: 1, maxMs: 5 },
    handlers: { market_data_updated: async (event) => void seen.push(event.data.symbol) },
    ...options,
  });
  open.push(made);
  return made;
}

const drainAll = (...consumers: Consumer[]) => drain(consumers, { pool: harness.pool('event_bus') });

describe('lag', () => {
  test('says how far each group is behind', async () => {
    const seen: string[] = [];
    const quick = consumer(seen);
    const slow = consumer(seen, { group: 'risk', pool: harness.pool('risk'), batchSize: 1 });
    await harness.publishBars('A', 'B', 'C');
    await drainAll(quick);
    await slow.runOnce();

    const { groups, relay } = await readBusLag(bus);

    expect(groups).toMatchObject([
      { group: 'risk', eventsBehind: 2, secondsBehind: expect.any(Number), deadLetters: 0 },
      { group: 'strategy', eventsBehind: 0, secondsBehind: 0, deadLetters: 0 },
    ]);
    expect(relay).toBeUndefined();
  });

  test('names the open transaction that hides what was committed after it began', async () => {
    const idle = await harness.pool('execution').connect();
    await idle.query('BEGIN');
    const { rows } = await idle.query('SELECT pg_backend_pid() AS pid, pg_current_xact_id()::text AS xid');
    const published = harness.publishBars('A');
    let horizon = (await readBusLag(bus)).horizon;
    await eventually('the event is hidden', async () => {
      horizon = (await readBusLag(bus)).horizon;
      return horizon.hiddenEvents === 1;
    });
    await idle.query('ROLLBACK');
    idle.release();
    await published;

    expect(horizon).toMatchObject({ placesAheadOfServer: false, hiddenSeconds: expect.any(Number) });
    expect(horizon.holders).toContainEqual(
      expect.objectContaining({
        pid: rows[0]?.pid,
        database: harness.database.name,
        role: 'trading_execution',
        xid: rows[0]?.xid,
      }),
    );
    expect((await readBusLag(bus)).horizon.hiddenEvents).toBe(0);
  });

  test('notices places beyond what the server has reached, as after a restore from a dump', async () => {
    await consumer([]).runOnce();
    await harness.rows('UPDATE event_bus.consumer_groups SET last_xid = 99999999999');

    expect((await readBusLag(bus)).horizon.placesAheadOfServer).toBe(true);
  });
});

test('a drain reaches what lies behind more events than it looks at in one pass, wanted by nobody', async () => {
  const seen: string[] = [];
  const reader = consumer(seen);
  await reader.runOnce();
  await harness.rows(`INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
    SELECT gen_random_uuid(), 'nobody_wants_it', 1, 'ingestion', 'k', 'c', '{}', now() FROM generate_series(1, 12000)`);
  await harness.publishBars('A');

  expect(await drainAll(reader)).toBe(1);
  expect(seen).toEqual(['A']);
});

test('tail gives the last events in commit order, and follows those that come', async () => {
  await harness.publishBars('A', 'B', 'C');
  const stop = new AbortController();
  const symbols: unknown[] = [];
  const following = (async () => {
    for await (const event of tailEvents(bus, { count: 2, follow: stop.signal, pollMs: 5 }))
      symbols.push(event.key);
  })();
  await eventually('the last two are there', () => symbols.length === 2);
  await harness.publishBars('D');
  await eventually('the next one is there', () => symbols.length === 3);
  stop.abort();
  await following;

  expect(symbols).toEqual(['B', 'C', 'D']);
});

describe('replay', () => {
  test('delivers again to one group, from an event on, and to no other', async () => {
    const again: string[] = [];
    const other: string[] = [];
    const reader = consumer(again);
    const bystander = consumer(other, { group: 'risk', pool: harness.pool('risk') });
    const [, second] = await harness.publishBars('A', 'B', 'C');
    await drainAll(reader, bystander);

    const replay = await replayEvents(harness.pool('event_bus'), {
      group: 'strategy',
      from: { eventId: second?.id ?? '' },
    });
    await eventually('it is delivered again', async () => {
      await drainAll(reader, bystander);
      return again.length > 3;
    });

    expect(replay).toEqual({ group: 'strategy', events: 2 });
    expect(again).toEqual(['A', 'B', 'C', 'B', 'C']);
    expect(other).toEqual(['A', 'B', 'C']);
  });

  test('from a time on, while the consumer runs', async () => {
    const again: string[] = [];
    const reader = consumer(again, { pollMs: 5 });
    reader.start();
    await harness.publishBars('A');
    const since = new Date();
    await harness.publishBars('B');
    await eventually('both are handled', () => again.length === 2);

    await replayEvents(harness.pool('event_bus'), { group: 'strategy', from: { time: since } });
    await eventually('B is handled again', () => again.length === 3);

    expect(again).toEqual(['A', 'B', 'B']);
  });

  test('refuses a group that is not there, an event that is not in the log, and what was not handled yet', async () => {
    const pool = harness.pool('event_bus');
    const [event] = await harness.publishBars('A');
    const from = { eventId: event?.id ?? '' };
    await expect(replayEvents(pool, { group: 'nobody', from })).rejects.toMatchObject({
      code: 'EVENTS.NO_SUCH_GROUP',
    });
    const absent = { eventId: '00000000-0000-7000-8000-000000000000' };
    await expect(replayEvents(pool, { group: 'strategy', from: absent })).rejects.toMatchObject({
      code: 'EVENTS.NOT_IN_LOG',
    });
    await consumer([]).source.place();
    await expect(replayEvents(pool, { group: 'strategy', from })).rejects.toMatchObject({
      code: 'EVENTS.NOTHING_TO_REPLAY',
    });
  });
});

describe('dead letters', () => {
  test('are listed, shown, retried by the group itself, and dropped', async () => {
    const seen: string[] = [];
    const good = new Set(['A']);
    const reader = consumer(seen, {
      maxAttempts: 1,
      handlers: {
        market_data_updated: async (event) => {
          if (!good.has(event.data.symbol)) throw new RangeError(`${event.data.symbol} is unknown`);
          seen.push(event.data.symbol);
        },
      },
    });
    await harness.publishBars('A', 'B', 'C', 'D');
    await drainAll(reader);
    const letters = await listDeadLetters(bus, { group: 'strategy' });
    expect(letters.map((letter) => [letter.event.key, letter.error])).toEqual([
      ['D', 'D is unknown'],
      ['C', 'C is unknown'],
      ['B', 'B is unknown'],
    ]);
    const [d, c, b] = letters.map((letter) => letter.id);

    good.add('B');
    expect(await retryDeadLetters(bus, { ids: [b ?? '', c ?? ''] })).toHaveLength(2);
    await eventually('both were tried', async () => {
      await reader.runOnce();
      return (await listDeadLetters(bus)).every((letter) => letter.retryRequestedAt === null);
    });

    // A was tried together with B first, and rolled back with it.
    expect(seen).toEqual(['A', 'A', 'B']);
    expect(await showDeadLetter(bus, b ?? '')).toMatchObject({ resolvedAt: expect.any(String), attempts: 1 });
    expect(await showDeadLetter(bus, c ?? '')).toMatchObject({
      resolvedAt: null,
      attempts: 2,
      error: 'C is unknown',
      stack: expect.stringContaining('RangeError'),
    });
    expect(await dropDeadLetters(bus, { ids: [d ?? ''] })).toEqual([d]);
    expect((await listDeadLetters(bus)).map((letter) => letter.id)).toEqual([c]);
    await expect(showDeadLetter(bus, d ?? '')).rejects.toMatchObject({ code: 'EVENTS.NO_SUCH_DEAD_LETTER' });
    await expect(dropDeadLetters(bus, {})).rejects.toMatchObject({ code: 'EVENTS.NOTHING_SELECTED' });
  });
});

describe('retention', () => {
  test('drops closed partitions that are old and behind every group, and never one that a group still needs', async () => {
    const seen: string[] = [];
    const quick = consumer(seen);
    const slow = consumer([], { group: 'risk', pool: harness.pool('risk'), batchSize: 1 });
    await harness.publishBars('A', 'B');
    await drainAll(quick);
    await slow.runOnce();
    const first = await applyRetention(bus, new Date());
    await harness.publishBars('C');

    const whileNeeded = await applyRetention(bus, new Date());
    await drainAll(quick, slow);
    await harness.publishBars('D');
    await drainAll(quick, slow);
    const whenNotNeeded = await applyRetention(bus, new Date());
    const { partitions } = await readBusStatus(bus);

    expect(first.dropped).toEqual([]);
    expect(whileNeeded.dropped).toEqual([]);
    expect(whenNotNeeded.dropped).toContain(first.opened);
    expect(partitions.at(-1)).toMatchObject({ name: whenNotNeeded.opened, open: true });
    expect(seen).toEqual(['A', 'B', 'C', 'D']);
  });

  test('keeps what is younger than it is told', async () => {
    const reader = consumer([]);
    await harness.publishBars('A');
    await drainAll(reader);
    await applyRetention(bus, new Date(Date.now() - 3_600_000));
    await harness.publishBars('B');
    await drainAll(reader);

    const { dropped } = await applyRetention(bus, new Date(Date.now() - 3_600_000));

    expect(dropped).toEqual([]);
  });
});
