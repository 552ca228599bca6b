import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ServiceName } from '@trading/database';
import { EVENT_TYPES, EVENTS } from '@trading/model';
import type { BusHarness } from './busHarness';
import { useBus } from './busSuite';
import { bars, signal } from './events';

const suite = useBus();
const { consumer, drainAll } = suite;
let harness: BusHarness;

beforeAll(() => {
  harness = suite.harness();
});

const INSERT = (columns = '', values = '') =>
  `INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at${columns})
   VALUES (gen_random_uuid(), $1, 1, $2, 'k', 'c', $3, now()${values})`;

/** Publishes by hand, as a service's own role. */
async function insert(as: ServiceName, type: string, data: unknown, columns = '', values = '') {
  await harness.pool(as).query(INSERT(columns, values), [type, as, JSON.stringify(data)]);
}

const inLog = () => harness.rows('SELECT event_type, service FROM event_bus.outbox ORDER BY id');

describe('a service publishes what the catalogue says, and nothing else', () => {
  test.each([
    ['logging', 'signal_generated'],
    ['risk', 'position_updated'],
    ['ingestion', 'order_updated'],
    ['strategy', 'type_of_nobody'],
  ] as const)('%s does not publish %s', async (service, type) => {
    await expect(insert(service, type, signal('A'))).rejects.toMatchObject({ code: '42501' });

    expect(await inLog()).toEqual([]);
  });

  test('the database knows the catalogue as it is, and services can not change it', async () => {
    const known = await harness.rows(
      'SELECT type, publisher, version FROM event_bus.event_types ORDER BY type, publisher',
    );
    const catalogue = EVENT_TYPES.flatMap((type) =>
      EVENTS[type].publishers.map((publisher) => ({ type, publisher, version: EVENTS[type].version })),
    );
    expect(known).toEqual(catalogue.toSorted((a, b) => (a.type < b.type ? -1 : 1)));

    for (const service of ['strategy', 'logging', 'event_bus'] as const)
      await expect(
        harness
          .pool(service)
          .query("INSERT INTO event_bus.event_types VALUES ('signal_generated', 'logging', 1)"),
      ).rejects.toMatchObject({ code: '42501' });
  });

  test('an event of a type that its service does not publish is a dead letter, wherever it came from', async () => {
    const seen: string[] = [];
    const reader = consumer({
      handlers: { signal_generated: async ({ data }) => void seen.push(data.symbol) },
    });
    // As whoever owns the database might.
    await harness.rows(INSERT(), ['signal_generated', 'logging', JSON.stringify(signal('FORGED'))]);
    await insert('strategy', 'signal_generated', signal('REAL'));
    await harness.settle();

    await drainAll(reader);

    expect(seen).toEqual(['REAL']);
    expect(await harness.rows('SELECT error FROM event_bus.dead_letters')).toEqual([
      { error: expect.stringContaining('only strategy may publish that') },
    ]);
  });
});

describe("the log's own columns are the database's", () => {
  test.each([
    ['xid', '4611686018427387904'],
    ['id', '4611686018427387904'],
    ['published_at', "'infinity'"],
  ])('%s can not be written', async (column, value) => {
    const forging = insert('ingestion', 'market_data_updated', bars('A'), `, ${column}`, `, ${value}`);

    await expect(forging).rejects.toMatchObject({ code: '42501' });
  });
});

test('an event that SQL publishes has an id as every other has: a UUID of version 7 that begins with the time', async () => {
  const { rows } = await harness.pool('risk').query<{ id: string; now: number; version: number }>(
    `SELECT event_bus.new_event_id()::text AS id, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now,
         event_bus.event_version('order_updated') AS version`,
  );

  expect(rows[0]?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const madeAt = Number.parseInt((rows[0]?.id ?? '').replaceAll('-', '').slice(0, 12), 16);
  // One statement: the two were read at the same moment, but for the milliseconds between them.
  expect(Math.abs(madeAt - (rows[0]?.now ?? 0))).toBeLessThan(60_000);
  expect(rows[0]?.version).toBe(EVENTS.order_updated.version);
});
