import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { inTransaction, poolSql } from '@trading/database';
import { until } from '@trading/testing';
import { KillableProgram } from '@trading/testing/faults';
import {
  type Consumer,
  type ConsumerOptions,
  createConsumer,
  createPublisher,
  drain,
  replayEvents,
} from '../src';
import { type BusHarness, createBusHarness } from './busHarness';
import { bars } from './events';
import type { LethalSettings } from './faults/lethalConsumerProgram';

/** Longer than any test. */
const NOT_AGAIN = { firstMs: 600_000, maxMs: 600_000 };

let harness: BusHarness;
const open: Consumer[] = [];
let program: KillableProgram | undefined;

beforeAll(async () => {
  harness = await createBusHarness();
});

beforeEach(() => harness.clear());

afterEach(async () => {
  for (const consumer of open.splice(0)) await consumer[Symbol.asyncDispose]();
  await program?.stop();
  program = undefined;
});

afterAll(async () => {
  await harness[Symbol.asyncDispose]();
});

/** Handles each bar with the number of its key's event: `A1`, `A2`. */
function consumer(
  handle: (name: string) => Promise<void> | void,
  options: Partial<ConsumerOptions> = {},
): Consumer {
  const made = createConsumer({
    group: 'strategy',
    inbox: true,
    pool: harness.pool('strategy'),
    backoff: { firstMs: 1, maxMs: 5 },
    pollMs: 10,
    handlerTimeoutMs: 600_000,
    handlers: {
      market_data_updated: async (event) => handle(`${event.data.symbol}${event.data.inserted}`),
    },
    ...options,
  });
  open.push(made);
  return made;
}

/** Publishes events by name, `A1`, in one transaction. */
async function publish(...names: string[]): Promise<void> {
  const publisher = createPublisher({ service: 'ingestion' });
  await inTransaction(harness.pool('ingestion'), (tx) =>
    publisher.publishAll(
      tx,
      names.map((name) => ({
        type: 'market_data_updated',
        data: { ...bars(name.charAt(0)), inserted: Number(name.slice(1)) },
      })),
    ),
  );
  await harness.settle();
}

const parked = () =>
  harness.rows('SELECT key, attempts, error FROM event_bus.parked_events ORDER BY xid, id');
const letters = () =>
  harness.rows('SELECT event_id, error, attempts FROM event_bus.dead_letters ORDER BY id');

test('an event that waits to be tried again holds up its key, and no other', async () => {
  const seen: string[] = [];
  let mended = false;
  const reader = consumer(
    (name) => {
      if (name === 'A1' && !mended) throw new RangeError('not yet');
      seen.push(name);
    },
    { maxAttempts: 1_000_000 },
  );
  reader.start();
  await publish('A1', 'B1', 'A2', 'C1');
  await publish('A3', 'B2');

  await until('the other keys go on', () => seen.includes('B2'));
  await until('what follows in the key waits', async () => (await parked()).length === 3);
  const whileHeld = [...seen];
  mended = true;
  await until('the key goes on', () => seen.includes('A3'));
  await publish('A4');
  await until('and so does what comes later', () => seen.includes('A4'));

  expect(whileHeld).toEqual(['B1', 'C1', 'B2']);
  expect(seen.filter((name) => name.startsWith('A'))).toEqual(['A1', 'A2', 'A3', 'A4']);
  expect(await parked()).toEqual([]);
  expect(await harness.rows('SELECT count(*)::int AS n FROM event_bus.inbox')).toEqual([{ n: 7 }]);
});

test('an attempt that hangs holds up its key alone', async () => {
  const seen: string[] = [];
  const hanging: (() => void)[] = [];
  let attempts = 0;
  const reader = consumer(
    async (name) => {
      if (name === 'A1') {
        attempts += 1;
        if (attempts === 1) throw new RangeError('not yet');
        await new Promise<void>((resolve) => hanging.push(resolve));
      }
      if (name === 'B2') await until('the second attempt hangs', () => hanging.length === 1);
      seen.push(name);
    },
    { batchSize: 2 },
  );
  reader.start();
  await publish('A1', 'B1', 'B2', 'A2', 'B3');
  await until('the other key goes on', () => seen.includes('B3'));
  const meanwhile = [...seen];
  hanging[0]?.();
  await until('the key goes on', () => seen.includes('A2'));

  expect(meanwhile).toEqual(['B1', 'B2', 'B3']);
  expect(seen).toEqual(['B1', 'B2', 'B3', 'A1', 'A2']);
});

test('a group that holds 1,000 events waits until they are fewer', async () => {
  const reader = consumer(
    () => {
      throw new RangeError('not yet');
    },
    { backoff: NOT_AGAIN },
  );
  await publish(...Array.from({ length: 2_000 }, (_, index) => `A${index}`));
  reader.start();
  await until('1,000 are parked', async () => (await parked()).length >= 1_000);
  await reader.stop();

  expect(await parked()).toHaveLength(1_000);
});

test('what is parked, and how often it was tried, outlives the process', async () => {
  const seen: string[] = [];
  const first = consumer(
    () => {
      throw new RangeError('not yet');
    },
    { maxAttempts: 3, backoff: NOT_AGAIN },
  );
  first.start();
  await publish('A1', 'A2', 'B1');
  await until('all are parked', async () => (await parked()).length === 3);
  await first.stop();
  const left = await parked();
  const heir = consumer(
    (name) => {
      if (name === 'A1') throw new RangeError('never');
      seen.push(name);
    },
    { maxAttempts: 3 },
  );
  await drain([heir], { pool: harness.pool('event_bus') });

  expect(left).toEqual([
    { key: 'A', attempts: 1, error: 'not yet' },
    { key: 'A', attempts: 0, error: null },
    { key: 'B', attempts: 1, error: 'not yet' },
  ]);
  expect(seen.toSorted()).toEqual(['A2', 'B1']);
  expect(await letters()).toMatchObject([{ error: 'never', attempts: 3 }]);
});

test('several processes of a group share what is parked, in the order of each key, with no effect doubled', async () => {
  const seen: string[] = [];
  const failed = new Set<string>();
  const readers = [1, 2, 3].map(() =>
    consumer(
      (name) => {
        if (!failed.has(name) && Number(name.slice(1)) % 3 === 0) {
          failed.add(name);
          throw new RangeError(`${name} fails once`);
        }
        seen.push(name);
      },
      { batchSize: 4 },
    ),
  );
  for (const reader of readers) reader.start();
  const names = Array.from({ length: 40 }, (_, index) => `${'ABCD'.charAt(index % 4)}${index >> 2}`);
  for (let at = 0; at < names.length; at += 8) await publish(...names.slice(at, at + 8));
  await until('all have had their effect', async () => {
    const [row] = await harness.rows('SELECT count(*)::int AS n FROM event_bus.inbox');
    return row?.n === names.length;
  });

  expect(await parked()).toEqual([]);
  for (const key of 'ABCD') {
    // What was rolled back with one that failed comes twice; the last time is the one that was kept.
    const ofKey = seen.filter((name) => name.startsWith(key));
    const kept = ofKey.filter((name, index) => ofKey.lastIndexOf(name) === index);
    expect(kept).toEqual(names.filter((name) => name.startsWith(key)));
  }
});

test('a group that sets itself no inbox rows tries again without them, and once', async () => {
  let attempts = 0;
  const reader = consumer(
    () => {
      attempts += 1;
      if (attempts < 3) throw new RangeError('not yet');
    },
    { inbox: false },
  );
  await publish('A1');

  expect(await reader.runOnce()).toBe(1);

  expect(attempts).toBe(3);
  expect(reader.figures()).toMatchObject({ handled: 1, retries: 2, dead: 0 });
  expect(await parked()).toEqual([]);
});

test('a replay from before what is parked brings it from the log, not twice', async () => {
  const seen: string[] = [];
  let mended = false;
  const reader = consumer(
    (name) => {
      if (name === 'A2' && !mended) throw new RangeError('not yet');
      seen.push(name);
    },
    { backoff: NOT_AGAIN },
  );
  const since = new Date();
  reader.start();
  await publish('A1', 'A2', 'B1');
  await until('A2 is parked', async () => (await parked()).length === 1 && seen.includes('B1'));
  mended = true;
  seen.splice(0);
  await replayEvents(harness.pool('event_bus'), { group: 'strategy', from: { time: since } });
  await until('all came again', () => seen.length >= 3);
  await reader.stop();

  expect(seen).toEqual(['A1', 'A2', 'B1']);
  expect(await parked()).toEqual([]);
});

test('an error whose text PostgreSQL cannot store makes a dead letter like any other', async () => {
  const reader = consumer(
    () => {
      throw new RangeError('a\0b');
    },
    { maxAttempts: 2 },
  );
  await publish('A1');

  await drain([reader], { pool: harness.pool('event_bus') });

  expect(await letters()).toMatchObject([{ error: 'ab', attempts: 2 }]);
});

test('a reserve takes over when the process at work is killed in the middle of a batch', async () => {
  const seen: string[] = [];
  program = new KillableProgram({
    name: 'at work',
    file: join(__dirname, 'faults/lethalConsumerProgram.ts'),
    settings: {
      url: harness.database.serviceUrl('strategy'),
      lethal: 'B1',
      end: 'hang',
      maxAttempts: 5,
    } satisfies LethalSettings,
  });
  await publish('A1', 'B1', 'C1');
  await program.start();
  const free = 'SELECT 1 FROM event_bus.consumer_groups FOR UPDATE SKIP LOCKED';
  await until('it is at work', async () => {
    const groups = await harness.rows('SELECT 1 FROM event_bus.consumer_groups');
    return groups.length === 1 && (await harness.rows(free)).length === 0;
  });
  const reserve = consumer((name) => void seen.push(name));
  for (let look = 0; look < 3; look += 1) expect(await reserve.runOnce()).toBe(0);
  reserve.start();
  await program.stop();
  await until('the reserve has handled all of it', () => seen.length === 3);

  expect(seen.toSorted()).toEqual(['A1', 'B1', 'C1']);
  expect(await letters()).toEqual([]);
});

const ENDS: LethalSettings['end'][] = ['SIGKILL', 'process.exit', 'out of memory'];

test.each(ENDS)(
  'an event whose handler ends its process (%s) becomes a dead letter after so many attempts; the others go on',
  async (end) => {
    const url = harness.database.serviceUrl('strategy');
    program = new KillableProgram({
      name: 'lethal',
      file: join(__dirname, 'faults/lethalConsumerProgram.ts'),
      settings: { url, lethal: 'B1', end, maxAttempts: 2 } satisfies LethalSettings,
      execArgv: ['--max-old-space-size=64'],
    });
    await publish('A1', 'B1', 'B2', 'C1');
    await program.start();
    await until('all others have had their effect', async () => {
      const [row] = await harness.rows('SELECT count(*)::int AS n FROM event_bus.inbox');
      return row?.n === 3 && (await letters()).length === 1;
    });
    await publish('B3');
    await until('the key goes on', async () => {
      const [row] = await harness.rows('SELECT count(*)::int AS n FROM event_bus.inbox');
      return row?.n === 4;
    });

    expect(await letters()).toMatchObject([
      { error: expect.stringContaining('ended during the last of 2 attempts'), attempts: 2 },
    ]);
    expect(await parked()).toEqual([]);
    const rows = await poolSql(harness.pool('strategy')).query(
      'SELECT strategy_id AS name FROM strategy_engine.strategies ORDER BY id',
    );
    expect(rows.map((row) => row.name).toSorted()).toEqual(['A1', 'B2', 'B3', 'C1']);
    await harness.pool('strategy').query('DELETE FROM strategy_engine.strategies');
  },
);
