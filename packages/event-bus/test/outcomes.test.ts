import { expect, test } from '@jest/globals';
import { inTransaction } from '@trading/database';
import type { EventData } from '@trading/model';
import { until } from '@trading/testing';
import { createPublisher } from '../src';
import { useBus } from './busSuite';
import { bars, signal } from './events';

const suite = useBus();
const { consumer } = suite;
const harness = () => suite.harness();
const publisher = createPublisher({ service: 'ingestion' });
const risk = createPublisher({ service: 'risk' });

const INSERT =
  "INSERT INTO strategy_engine.strategies (strategy_id, name, status) VALUES ($1, 'x', 'inactive')";

// Every kind of trouble that an event or its consumer can make, each with its one outcome.

const effects = async (name: string) => {
  const { rows } = await harness()
    .pool('strategy')
    .query('SELECT strategy_id FROM strategy_engine.strategies WHERE strategy_id = $1', [name]);
  return rows.length;
};
const letters = () => harness().rows('SELECT error, attempts FROM event_bus.dead_letters ORDER BY id');

test('a payload that breaks its schema is refused when it is published, and is not in the log', async () => {
  const wrong = { ...bars('A'), inserted: -1 };
  const refused = inTransaction(harness().pool('ingestion'), (tx) =>
    publisher.publish(tx, 'market_data_updated', wrong),
  );

  await expect(refused).rejects.toMatchObject({
    code: 'EVENTS.INVALID',
    message: expect.stringContaining('inserted'),
  });
  expect(await harness().rows('SELECT 1 FROM event_bus.outbox')).toEqual([]);
});

test('a payload in the log that breaks its schema becomes a dead letter that says how; the next is handled', async () => {
  const seen: string[] = [];
  const reader = consumer({
    handlers: { market_data_updated: async (e) => void seen.push(e.data.symbol) },
  });
  await harness().rows(
    `INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
       VALUES (gen_random_uuid(), 'market_data_updated', 1, 'ingestion', 'A', 'c', $1, now())`,
    [JSON.stringify({ ...bars('A'), inserted: 'many' })],
  );
  await harness().publishBars('A');

  while ((await reader.runOnce()) > 0);

  expect(seen).toEqual(['A']);
  expect(await letters()).toEqual([
    { error: expect.stringMatching(/breaks its schema: inserted: /), attempts: 1 },
  ]);
});

test('an event of 10 MB is delivered whole, and so is what comes after it', async () => {
  const seen: [string, number][] = [];
  const reader = consumer({
    handlers: {
      risk_event_raised: async (e) => void seen.push(['risk_event_raised', e.data.message.length]),
      market_data_updated: async (e) => void seen.push([e.data.symbol, 0]),
    },
  });
  const data: EventData<'risk_event_raised'> = {
    riskEventId: 'r',
    accountId: 'paper',
    eventType: 'limit_breached',
    severity: 'info',
    message: 'x'.repeat(10_000_000),
    data: {},
  };
  await inTransaction(harness().pool('risk'), (tx) => risk.publish(tx, 'risk_event_raised', data));
  await harness().publishBars('A');

  while ((await reader.runOnce()) > 0);

  expect(seen).toEqual([
    ['risk_event_raised', 10_000_000],
    ['A', 0],
  ]);
});

test('a handler that throws has no effect, and is called again until it does not', async () => {
  let calls = 0;
  const reader = consumer({
    handlers: {
      market_data_updated: async (_event, { tx }) => {
        calls += 1;
        await tx.query(INSERT, ['thrown at']);
        if (calls < 3) throw new RangeError('not yet');
      },
    },
  });
  await harness().publishBars('A');

  expect(await reader.runOnce()).toBe(1);

  expect({ calls, effects: await effects('thrown at'), letters: await letters() }).toEqual({
    calls: 3,
    effects: 1,
    letters: [],
  });
});

test('a handler that hangs every time makes a dead letter, and keeps nothing from the next event', async () => {
  const seen: string[] = [];
  const reader = consumer({
    handlerTimeoutMs: 100,
    maxAttempts: 2,
    handlers: {
      market_data_updated: async (event) => {
        if (event.data.symbol === 'HANGS') await new Promise(() => {});
        seen.push(event.data.symbol);
      },
    },
  });
  await harness().publishBars('HANGS', 'A');

  while ((await reader.runOnce()) > 0);

  expect(seen).toEqual(['A']);
  expect(await letters()).toEqual([{ error: expect.stringMatching(/took longer than 100 ms/), attempts: 2 }]);
});

test('a handler that answers too late has no effect any more: the next attempt has it, once', async () => {
  const late: Promise<unknown>[] = [];
  const failures: string[] = [];
  const reader = consumer({
    handlerTimeoutMs: 100,
    // Where the machine is slow others come too late as well.
    maxAttempts: 1_000_000,
    onError: (error) => failures.push(error.message),
    handlers: {
      market_data_updated: async (event, { tx, publish }) => {
        const work = async () => {
          if (late.length === 0) await until('its time is over', () => failures.length > 0);
          publish('signal_generated', signal(event.data.symbol));
          await tx.query(INSERT, ['late']);
        };
        const working = work();
        late.push(working.catch((error: { code: string }) => error.code));
        await working;
      },
    },
  });
  await harness().publishBars('A');

  expect(await reader.runOnce()).toBe(1);

  expect((await Promise.all(late))[0]).toBe('DATABASE.UNAVAILABLE');
  expect(await effects('late')).toBe(1);
  expect(
    await harness().rows("SELECT 1 AS one FROM event_bus.outbox WHERE event_type = 'signal_generated'"),
  ).toHaveLength(1);
});

test('100,000 events that a dead consumer left behind are taken over from its checkpoint, a batch at a time, none twice', async () => {
  const handled = { dead: 0, heir: 0 };
  let largest = 0;
  const counting = (who: 'dead' | 'heir', batchSize: number) =>
    consumer({
      batchSize,
      handlers: {},
      batchHandlers: {
        market_data_updated: async (events) => {
          handled[who] += events.length;
          largest = Math.max(largest, events.length);
        },
      },
    });
  const dead = counting('dead', 500);
  await harness().rows(
    `INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
       SELECT gen_random_uuid(), 'market_data_updated', 1, 'ingestion', 'K' || n % 50, 'c', $1, now() FROM generate_series(1, 100000) n`,
    [JSON.stringify(bars('K'))],
  );
  await harness().settle();
  for (let batch = 0; batch < 3; batch += 1) await dead.runOnce();

  const heir = counting('heir', 1_000);
  while ((await heir.runOnce()) > 0);

  expect(handled).toEqual({ dead: 1_500, heir: 98_500 });
  expect(largest).toBe(1_000);
});
