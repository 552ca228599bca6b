import { fork } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { repositoryRoot, until } from '@trading/testing';
import { useBus } from './busSuite';
import { bars } from './events';
import type { NewerReport, NewerSettings } from './faults/newerProgram';

const suite = useBus();
const { consumer, drainAll } = suite;

const INSERT =
  "INSERT INTO strategy_engine.strategies (strategy_id, name, status) VALUES ($1, 'x', 'inactive')";

const effects = async (like: string) =>
  (
    await suite
      .harness()
      .pool('strategy')
      .query(
        'SELECT strategy_id FROM strategy_engine.strategies WHERE strategy_id LIKE $1 ORDER BY strategy_id',
        [like],
      )
  ).rows.length;

/** As an older or a careless program may have published it: nested so deep that Node can't write it down again. */
async function publishDeep(key: string): Promise<void> {
  await suite.harness().rows(
    `INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
     VALUES (gen_random_uuid(), 'risk_event_raised', 1, 'risk', $1::text, 'c',
       jsonb_build_object('riskEventId', 'r', 'accountId', $1::text, 'eventType', 'x', 'severity', 'info', 'message', 'm',
         'data', (repeat('{"n":', 6000) || '1' || repeat('}', 6000))::jsonb), now())`,
    [key],
  );
}

describe('an effect never commits without what belongs to it', () => {
  test('a handler whose event can not be stored has no effect, and ends in the dead letters; others go on', async () => {
    const { publishBars, rows } = suite.harness();
    const reader = consumer({
      maxAttempts: 2,
      handlers: {
        market_data_updated: async ({ data: { symbol } }, { tx, publish }) => {
          await tx.query(INSERT, [`unstorable ${symbol}`]);
          publish('signal_generated', {
            signalId: 's',
            strategyId: 's',
            accountId: 'a',
            symbol,
            signal: 'buy',
            strength: '1',
            targetNotional: '1',
            price: '1',
            barTimestamp: '2024-01-02T05:00:00.000Z',
            dataSource: symbol === 'BAD' ? 'half \ud83d' : 'yahoo',
          });
        },
      },
    });
    await publishBars('A', 'BAD', 'B');

    await drainAll(reader);

    expect(await effects('unstorable %')).toBe(2);
    expect(
      await rows("SELECT key FROM event_bus.outbox WHERE event_type = 'signal_generated' ORDER BY id"),
    ).toEqual([{ key: 'a:A' }, { key: 'a:B' }]);
    expect(await rows('SELECT event_type, error FROM event_bus.dead_letters')).toEqual([
      { event_type: 'market_data_updated', error: expect.stringContaining('surrogate') },
    ]);
  });

  test('what fails while the last statements are built is a failure of its event, not a commit without them', async () => {
    const { publishBars, rows } = suite.harness();
    const reader = consumer({
      maxAttempts: 2,
      handlers: {
        market_data_updated: async ({ data: { symbol } }, { publish }) => {
          const made = publish('alert_sent', {
            alertId: symbol,
            eventId: '01900000-0000-7000-8000-000000000000',
            eventType: 'x',
            channel: 'log',
            message: 'm',
          });
          if (symbol === 'BAD') Object.assign(made.data, { message: 1n });
        },
      },
      pool: suite.harness().pool('notification'),
      group: 'notification',
    });
    await publishBars('A', 'BAD', 'B');

    await drainAll(reader);

    expect(
      await rows("SELECT key FROM event_bus.outbox WHERE event_type = 'alert_sent' ORDER BY id"),
    ).toEqual([{ key: 'A' }, { key: 'B' }]);
    expect(await rows('SELECT error FROM event_bus.dead_letters')).toHaveLength(1);
  });

  test('an event too deep for Node, among twenty that a dead process left, is parked with them, and none is lost', async () => {
    const harness = suite.harness();
    await harness.publishBars(...Array.from({ length: 10 }, (_, index) => `A${index}`));
    await publishDeep('DEEP');
    await harness.publishBars(...Array.from({ length: 10 }, (_, index) => `B${index}`));
    const handled: string[] = [];
    const options = {
      maxAttempts: 2,
      handlers: {
        market_data_updated: async ({ data }: { data: { symbol: string } }) => void handled.push(data.symbol),
        risk_event_raised: async () => {
          handled.push('DEEP');
        },
      },
    };
    const reader = consumer(options);
    await reader.source.checkpoint();
    // Two processes began here, and died before they brought the group any further.
    await harness.rows(
      `UPDATE event_bus.consumer_groups SET tried_xid = last_xid, tried_id = last_id, tries = 2, tried_at = now() - interval '1 hour'`,
    );

    await drainAll(reader);

    expect(handled.toSorted()).toEqual(
      [
        ...Array.from({ length: 10 }, (_, i) => `A${i}`),
        ...Array.from({ length: 10 }, (_, i) => `B${i}`),
        'DEEP',
      ].toSorted(),
    );
    expect(await harness.rows('SELECT error FROM event_bus.dead_letters')).toEqual([]);
  });
});

test("programs of the catalogue before and after an added field handle each other's events side by side", async () => {
  const harness = suite.harness();
  const before: unknown[] = [];
  const reader = consumer({ handlers: { market_data_updated: async ({ data }) => void before.push(data) } });
  await harness.publishBars('OLD');
  const settings: NewerSettings = {
    publisherUrl: harness.database.serviceUrl('ingestion'),
    url: harness.database.serviceUrl('risk'),
  };
  const hook = join(repositoryRoot(), 'packages/testing/jest/typescriptProgram.cjs');
  const program = fork(join(__dirname, 'faults/newerProgram.ts'), [JSON.stringify(settings)], {
    execArgv: ['--conditions=@trading/source', '-r', hook],
    env: { PATH: process.env.PATH },
  });
  const after: unknown[] = [];
  program.on('message', ({ data }: NewerReport) => after.push(data));
  try {
    await until('the newer program has handled both', () => after.length >= 2);
    await drainAll(reader);
  } finally {
    program.kill('SIGKILL');
  }

  expect(before).toEqual([bars('OLD'), bars('NEW')]);
  expect(after).toEqual([bars('OLD'), { ...bars('NEW'), session: 'regular' }]);
  expect(await harness.rows('SELECT error FROM event_bus.dead_letters')).toEqual([]);
});
