import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { inTransaction } from '@trading/database';
import { until } from '@trading/testing';
import { type Consumer, createConsumer, createPublisher, createWakeUp, type WakeUp } from '../src';
import { type BusHarness, createBusHarness } from './busHarness';
import { bars } from './events';

/** Longer than any test: who gets an event by polling fails. */
const NEVER_MS = 600_000;

let harness: BusHarness;
const open: AsyncDisposable[] = [];

beforeAll(async () => {
  harness = await createBusHarness();
});

beforeEach(async () => {
  await harness.clear();
});

afterEach(async () => {
  jest.restoreAllMocks();
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

afterAll(async () => {
  await harness[Symbol.asyncDispose]();
});

function wakeUp(service: 'ingestion' | 'strategy'): WakeUp {
  const made = createWakeUp({ pool: harness.pool(service), reconnectMs: 5 });
  open.push(made);
  return made;
}

function consumer(seen: string[], woken: WakeUp | undefined, pollMs: number): Consumer {
  const made = createConsumer({
    group: 'strategy',
    pool: harness.pool('strategy'),
    pollMs,
    ...(woken === undefined ? {} : { wakeUp: woken }),
    handlers: { market_data_updated: async (event) => void seen.push(event.data.symbol) },
  });
  open.push(made);
  return made;
}

/** Sessions that listen; a role sees what its own sessions do. */
const listeners = async () =>
  (
    await harness
      .pool('strategy')
      .query(
        "SELECT 1 FROM pg_stat_activity WHERE query = 'LISTEN event_bus' AND datname = current_database()",
      )
  ).rows.length;

test('a notification of another process wakes a consumer that would not look by itself; one that lost its connection listens again', async () => {
  const seen: string[] = [];
  const there = wakeUp('strategy');
  const here = wakeUp('ingestion');
  const publisher = createPublisher({ service: 'ingestion', onPublished: () => here.signal() });
  consumer(seen, there, NEVER_MS).start();
  await until('it listens', async () => (await listeners()) === 1);

  await inTransaction(harness.pool('ingestion'), (tx) =>
    publisher.publish(tx, 'market_data_updated', bars('A')),
  );
  await until('A is handled', () => {
    // The hint may come before the commit, or while another transaction hides the event: then the next one counts.
    here.signal();
    return seen.length === 1;
  });
  await harness
    .pool('strategy')
    .query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN event_bus' AND datname = current_database()",
    );
  await harness.publishBars('B');
  await until('B is handled', () => {
    here.signal();
    return seen.length === 2;
  });

  expect(seen).toEqual(['A', 'B']);
});

test('a notification that never comes costs no more than one polling interval', async () => {
  const seen: string[] = [];
  consumer(seen, undefined, 20).start();
  await harness.publishBars('A');

  await until('A is handled', () => seen.length === 1);
});

test('a clock that jumps back a day, or ahead, neither stops nor repeats anything', async () => {
  const seen: string[] = [];
  const reader = consumer(seen, undefined, 20);
  reader.start();
  const real = Date.now.bind(Date);
  for (const [symbol, jumpMs] of [
    ['A', -86_400_000],
    ['B', 86_400_000],
    ['C', 0],
  ] as const) {
    jest.spyOn(Date, 'now').mockImplementation(() => real() + jumpMs);
    await inTransaction(harness.pool('ingestion'), (tx) =>
      createPublisher({ service: 'ingestion' }).publish(tx, 'market_data_updated', bars(symbol)),
    );
    jest.restoreAllMocks();
    await until(`${symbol} is handled`, () => seen.includes(symbol));
  }

  expect(seen).toEqual(['A', 'B', 'C']);
});

test('stopping finishes what is in hand and begins nothing new', async () => {
  const seen: string[] = [];
  let inHand = false;
  let letGo = () => {};
  const parked = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const reader = createConsumer({
    group: 'strategy',
    inbox: true,
    pool: harness.pool('strategy'),
    batchSize: 1,
    pollMs: 10,
    handlerTimeoutMs: NEVER_MS,
    handlers: {
      market_data_updated: async (event) => {
        inHand = true;
        await parked;
        seen.push(event.data.symbol);
      },
    },
  });
  open.push(reader);
  await harness.publishBars('A', 'B');
  reader.start();
  await until('A is in hand', () => inHand);

  const stopped = reader.stop();
  letGo();
  await stopped;

  expect(seen).toEqual(['A']);
  expect(reader.figures()).toMatchObject({ state: 'stopped', handled: 1 });
  expect(await harness.rows('SELECT count(*)::int AS n FROM event_bus.inbox')).toEqual([{ n: 1 }]);
});

test('a group that halted goes on where it stopped when it is started again', async () => {
  const seen: string[] = [];
  const errors: string[] = [];
  let broken = true;
  const reader = createConsumer({
    group: 'strategy',
    pool: harness.pool('strategy'),
    onPoison: 'halt',
    maxAttempts: 2,
    pollMs: 10,
    backoff: { firstMs: 1, maxMs: 1 },
    onError: (error) => errors.push(error.message),
    handlers: {
      market_data_updated: async (event) => {
        if (broken) throw new RangeError('no such symbol');
        seen.push(event.data.symbol);
      },
    },
  });
  open.push(reader);
  await harness.publishBars('A', 'B');
  reader.start();
  await until('it halts', () => reader.figures().state === 'halted');

  broken = false;
  reader.start();
  await until('both are handled', () => seen.length === 2);

  expect(seen).toEqual(['A', 'B']);
  expect(errors.at(-1)).toMatch(
    /strategy stops at market_data_updated .*, which failed 2 times: no such symbol/,
  );
});

test('a consumer that has committed a batch wakes whoever listens to what it published', async () => {
  const seen: string[] = [];
  let woken = 0;
  const stub: WakeUp = {
    signal: () => {},
    committed: () => {
      woken += 1;
    },
    onWake: () => () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  consumer(seen, stub, 5).start();
  await harness.publishBars('A');
  await until('the batch is told of', () => woken > 0);
  expect(seen).toEqual(['A']);
});
