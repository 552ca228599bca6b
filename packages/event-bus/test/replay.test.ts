import { beforeAll, describe, expect, test } from '@jest/globals';
import { poolSql, type Sql } from '@trading/database';
import { until } from '@trading/testing';
import { Client } from 'pg';
import {
  type ConsumerOptions,
  listDeadLetters,
  replayEvents,
  retryDeadLetters,
  showDeadLetter,
} from '../src';
import { findReplayStart } from '../src/sql/findReplayStart';
import type { BusHarness } from './busHarness';
import { useBus } from './busSuite';
import { bars } from './events';

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
    await until('it is delivered again', async () => {
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
    const since = new Date(Date.now() + 1);
    await until('the clock is past it', () => Date.now() > since.getTime());
    await harness.publishBars('B');
    await until('both are handled', () => again.length === 2);

    await replayEvents(harness.pool('event_bus'), { group: 'strategy', from: { time: since } });
    await until('B is handled again', () => again.length === 3);

    expect(again).toEqual(['A', 'B', 'B']);
  });

  test('brings what became a dead letter too, whose letter is resolved with that: a retry has no second effect', async () => {
    const seen: string[] = [];
    let mended = false;
    const reader = consumer(seen, {
      maxAttempts: 1,
      handlers: {
        market_data_updated: async (event) => {
          if (!mended) throw new RangeError('not yet');
          seen.push(event.data.symbol);
        },
      },
    });
    const [event] = await harness.publishBars('A');
    await drainAll(reader);
    const [letter] = await listDeadLetters(bus, { group: 'strategy' });
    await retryDeadLetters(bus, { ids: [letter?.id ?? ''] });
    mended = true;

    await replayEvents(harness.pool('event_bus'), {
      group: 'strategy',
      from: { eventId: event?.id ?? '' },
    });
    await until('it is delivered again', async () => {
      await drainAll(reader);
      return seen.length > 0;
    });

    expect(await listDeadLetters(bus)).toEqual([]);
    expect(await showDeadLetter(bus, letter?.id ?? '')).toMatchObject({
      resolvedAt: expect.any(String),
      retryRequestedAt: null,
    });
    expect(await retryDeadLetters(bus, { ids: [letter?.id ?? ''] })).toEqual([]);
    await reader.runOnce();
    expect(seen).toEqual(['A']);
  });

  test('finds where to begin without reading the log up to there', async () => {
    const fill = `INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at, published_at)
      SELECT gen_random_uuid(), 'market_data_updated', 1, 'ingestion', 'k', 'c', $1, now(), now() - interval '1 day' FROM generate_series(1, 50000)`;
    await harness.rows(fill, [JSON.stringify(bars('A'))]);
    const since = new Date();
    const [last] = await harness.publishBars('LAST');
    // As autovacuum does: it brings the index up to date too.
    const asOwner = new Client({ connectionString: harness.database.ownerUrl });
    await asOwner.connect();
    await asOwner.query('VACUUM (ANALYZE) event_bus.outbox');
    await asOwner.end();
    const rowsRead: number[] = [];
    const explained: Sql = {
      query: async (text, values) => {
        const [plan] = await bus.query<{ 'QUERY PLAN': unknown }>(
          `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
          values,
        );
        const counts = JSON.stringify(plan).matchAll(
          /"(?:Actual Rows|Rows Removed by [A-Za-z ]+)":([\d.]+)/g,
        );
        rowsRead.push(Math.max(...[...counts].map(([, count]) => Number(count))));
        return bus.query(text, values);
      },
    };

    const byTime = await findReplayStart(explained, { time: since });
    const byEvent = await findReplayStart(explained, { eventId: last?.id ?? '' });

    expect(byTime).toBeDefined();
    expect(byEvent).toEqual(byTime);
    expect(Math.max(...rowsRead)).toBeLessThan(20_000);
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
    await consumer([]).source.checkpoint();
    await expect(replayEvents(pool, { group: 'strategy', from })).rejects.toMatchObject({
      code: 'EVENTS.NOTHING_TO_REPLAY',
    });
  });
});
