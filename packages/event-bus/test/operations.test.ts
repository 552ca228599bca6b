import { beforeAll, describe, expect, test } from '@jest/globals';
import { clientSql, inTransaction, poolSql, type Sql } from '@trading/database';
import { until } from '@trading/testing';
import {
  applyRetention,
  type ConsumerOptions,
  createPublisher,
  dropDeadLetters,
  listDeadLetters,
  planRetention,
  readBusLag,
  readBusStatus,
  retryDeadLetters,
  showDeadLetter,
  tailEvents,
} from '../src';
import type { BusHarness } from './busHarness';
import { useBus } from './busSuite';
import { bars, signal } from './events';

const suite = useBus();
const { drainAll } = suite;
let harness: BusHarness;
let bus: Sql;

beforeAll(() => {
  harness = suite.harness();
  bus = poolSql(harness.pool('event_bus'));
});

const consumer = (seen: string[], options: Partial<ConsumerOptions> = {}) =>
  suite.consumer({
    handlers: { market_data_updated: async (event) => void seen.push(event.data.symbol) },
    ...options,
  });

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

  test('counts what a group listens to, and nothing else', async () => {
    const listener = consumer([], { handlers: { signal_generated: async () => {} } });
    await listener.runOnce();
    await harness.publishBars('A', 'B', 'C');
    const beforeSignal = await readBusLag(bus);
    await inTransaction(harness.pool('strategy'), (tx) =>
      createPublisher({ service: 'strategy' }).publish(tx, 'signal_generated', signal('A')),
    );
    await harness.settle();

    expect(beforeSignal.groups).toMatchObject([{ group: 'strategy', eventsBehind: 0, secondsBehind: 0 }]);
    expect((await readBusLag(bus)).groups).toMatchObject([{ group: 'strategy', eventsBehind: 1 }]);
  });

  test('follows a group that begins to listen to more', async () => {
    await consumer([], { handlers: { signal_generated: async () => {} } }).runOnce();
    await consumer([]).source.checkpoint();
    await harness.publishBars('A', 'B');

    expect((await readBusLag(bus)).groups).toMatchObject([{ eventsBehind: 2 }]);
  });

  test('tells of events that wait to be tried again', async () => {
    const reader = consumer([], {
      backoff: { firstMs: 600_000, maxMs: 600_000 },
      handlers: {
        market_data_updated: async () => {
          throw new RangeError('not yet');
        },
      },
    });
    await harness.publishBars('A');
    reader.start();
    await until('A is parked', async () => (await readBusLag(bus)).groups[0]?.eventsParked === 1);
    await until('time passes', async () => ((await readBusLag(bus)).groups[0]?.secondsBehind ?? 0) > 0);

    expect((await readBusLag(bus)).groups).toMatchObject([
      { eventsBehind: 0, eventsParked: 1, deadLetters: 0 },
    ]);
  });

  test('names the open transaction that hides what was committed after it began', async () => {
    const idle = await harness.pool('execution').connect();
    await idle.query('BEGIN');
    const { rows } = await idle.query('SELECT pg_backend_pid() AS pid, pg_current_xact_id()::text AS xid');
    const published = harness.publishBars('A');
    let horizon = (await readBusLag(bus)).horizon;
    await until('the event is hidden', async () => {
      horizon = (await readBusLag(bus)).horizon;
      return horizon.hiddenEvents === 1;
    });
    await idle.query('ROLLBACK');
    idle.release();
    await published;

    expect(horizon).toMatchObject({ checkpointsAheadOfServer: false, hiddenSeconds: expect.any(Number) });
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

  test('notices positions beyond what the server has reached, as after a restore from a dump', async () => {
    await consumer([]).runOnce();
    await harness.rows('UPDATE event_bus.consumer_groups SET last_xid = 99999999999');

    expect((await readBusLag(bus)).horizon.checkpointsAheadOfServer).toBe(true);
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
  await until('the last two are there', () => symbols.length === 2);
  await harness.publishBars('D');
  await until('the next one is there', () => symbols.length === 3);
  stop.abort();
  await following;

  expect(symbols).toEqual(['B', 'C', 'D']);
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
    await until('both were tried', async () => {
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

  test('does not wait for a consumer that is in the middle of a batch', async () => {
    const reader = consumer([]);
    const { opened } = await applyRetention(bus, new Date(0));
    await harness.publishBars('A');
    await applyRetention(bus, new Date(0));
    await harness.publishBars('B');
    await drainAll(reader);
    const batch = await harness.pool('strategy').connect();
    await batch.query('BEGIN');
    await batch.query(
      "UPDATE event_bus.consumer_groups SET last_id = last_id WHERE consumer_group = 'strategy'",
    );

    const retention = applyRetention(bus, new Date());
    const outcome = await retention.catch((error: Error) => error).finally(() => batch.query('ROLLBACK'));
    batch.release();

    expect(outcome).toMatchObject({ dropped: expect.arrayContaining([opened]) });
  });

  test('keeps a partition whose youngest event is of a transaction that began before its last one', async () => {
    const reader = consumer([]);
    const { opened } = await applyRetention(bus, new Date(0));
    const slow = await harness.pool('ingestion').connect();
    await slow.query('BEGIN');
    await slow.query('SELECT pg_current_xact_id()');
    const publisher = createPublisher({ service: 'ingestion' });
    await inTransaction(harness.pool('ingestion'), (tx) =>
      publisher.publish(tx, 'market_data_updated', bars('QUICK')),
    );
    const between = new Date(Date.now() + 1);
    await until('the clock is past it', () => Date.now() > between.getTime());
    await publisher.publish(clientSql(slow), 'market_data_updated', bars('SLOW'));
    await slow.query('COMMIT');
    slow.release();
    await harness.settle();
    await applyRetention(bus, new Date(0));
    await harness.publishBars('NEXT');
    await drainAll(reader);

    expect((await planRetention(bus, between)).dropped).not.toContain(opened);
    expect((await planRetention(bus, new Date())).dropped).toContain(opened);
  });

  test('a dry run says what would go and who keeps the rest, and does nothing', async () => {
    const quick = consumer([]);
    const slow = consumer([], { group: 'risk', pool: harness.pool('risk'), batchSize: 1 });
    for (const symbol of ['A', 'B', 'C']) {
      await harness.publishBars(symbol);
      await applyRetention(bus, new Date(0));
    }
    await drainAll(quick);
    await slow.runOnce();
    await slow.runOnce();
    const before = await readBusStatus(bus);

    const plan = await planRetention(bus, new Date());
    const after = await readBusStatus(bus);
    const done = await applyRetention(bus, new Date());

    expect(after.partitions).toEqual(before.partitions);
    expect(plan).toMatchObject({ opened: null, neededBy: 'risk' });
    expect(plan.needed).toHaveLength(2);
    expect(plan.dropped.length).toBeGreaterThan(0);
    expect(done).toMatchObject({ dropped: plan.dropped, neededBy: 'risk' });
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
