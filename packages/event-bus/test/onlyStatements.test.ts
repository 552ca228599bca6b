import { expect, test } from '@jest/globals';
import { sendLast } from '@trading/database';
import type { BatchHandlers, ConsumerStep } from '../src';
import { useBus } from './busSuite';

const suite = useBus();
const harness = () => suite.harness();

const INSERT = {
  text: "INSERT INTO strategy_engine.strategies (strategy_id, name, status) VALUES ($1, 'x', 'inactive')",
  name: 'test.insert_strategy',
};
const COUNT = 'SELECT count(*)::int AS count FROM strategy_engine.strategies WHERE strategy_id = $1';

type Handler = Required<BatchHandlers>['market_data_updated'];

/** A consumer of the group `strategy` whose only effects are statements. */
const reading = (market_data_updated: Handler, steps: ConsumerStep[] = []) =>
  suite.consumer({
    onlyStatements: true,
    handlers: {},
    batchHandlers: { market_data_updated },
    onStep: (step) => steps.push(step),
  });

const stored = async () => {
  const [row] = await harness().rows(
    'SELECT last_xid::text AS xid, last_id::text AS id FROM event_bus.consumer_groups WHERE consumer_group = $1',
    ['strategy'],
  );
  return row;
};
const last = async () =>
  (
    await harness().rows(
      'SELECT xid::text, id::text FROM event_bus.outbox ORDER BY event_bus.outbox.xid DESC, event_bus.outbox.id DESC LIMIT 1',
    )
  )[0];
const effects = async (name: string) =>
  (await harness().pool('strategy').query<{ count: number }>(COUNT, [name])).rows[0]?.count;

test('a batch that sends no statement commits nothing; its checkpoint is stored when the consumer stops', async () => {
  const steps: ConsumerStep[] = [];
  let seen = 0;
  const reader = reading(async (events) => {
    seen += events.length;
  }, steps);
  await harness().publishBars('A', 'B');

  expect(await reader.runOnce()).toBe(2);
  expect(await reader.runOnce()).toBe(0);

  expect({ seen, steps, stored: await stored() }).toEqual({
    seen: 2,
    steps: ['handled'],
    stored: { xid: '0', id: '0' },
  });
  await reader.stop();
  expect(await stored()).toEqual(await last());
});

test('a batch that only looked is rolled back; the next one that does something moves the checkpoint over both', async () => {
  const steps: ConsumerStep[] = [];
  const reader = reading(async (events, { tx }) => {
    await tx.query(COUNT, ['looked']);
    if (events.every(({ data }) => data.symbol === 'A')) return 'unchanged';
    await tx.query(INSERT.text, ['looked']);
    return undefined;
  }, steps);
  await harness().publishBars('A');
  expect(await reader.runOnce()).toBe(1);
  expect([steps.splice(0), await stored()]).toEqual([['claimed', 'handled'], { xid: '0', id: '0' }]);

  await harness().publishBars('B');
  expect(await reader.runOnce()).toBe(1);

  expect([steps, await effects('looked'), await stored()]).toEqual([
    ['claimed', 'handled', 'committed'],
    1,
    await last(),
  ]);
});

test('what is kept for the commit is seen by a statement that comes after it, and commits with what follows', async () => {
  let counted: unknown;
  const reader = reading(async (_events, { tx }) => {
    await sendLast(tx, { ...INSERT, values: ['kept-1'] });
    [counted] = await tx.query(COUNT, ['kept-1']);
    await sendLast(tx, { ...INSERT, values: ['kept-2'] });
  });
  await harness().publishBars('A');

  expect(await reader.runOnce()).toBe(1);

  expect([counted, await effects('kept-1'), await effects('kept-2')]).toEqual([{ count: 1 }, 1, 1]);
});

test('what is kept for the commit and fails there leaves nothing, and its event alone becomes a dead letter', async () => {
  const reader = suite.consumer({
    onlyStatements: true,
    maxAttempts: 1,
    handlers: {},
    batchHandlers: {
      market_data_updated: async (events, { tx }) => {
        for (const { data } of events)
          await sendLast(tx, { ...INSERT, values: [data.symbol === 'BAD' ? null : `alone-${data.symbol}`] });
      },
    },
  });
  await harness().publishBars('A', 'BAD', 'C');

  while ((await reader.runOnce()) > 0);

  expect([await effects('alone-A'), await effects('alone-C')]).toEqual([1, 1]);
  const letters = await harness().rows(
    "SELECT event #>> '{data,symbol}' AS symbol FROM event_bus.dead_letters",
  );
  expect(letters).toEqual([{ symbol: 'BAD' }]);
});

test('of two processes of a group one has the effect, though both began before either had claimed', async () => {
  const began: (() => void)[] = [];
  const both = new Promise<void>((resolve) => began.push(resolve));
  let running = 0;
  const take: Handler = async (events, { tx }) => {
    running += 1;
    if (running === 2) for (const begin of began) begin();
    await both;
    for (const { data } of events) await tx.query(INSERT.text, [`${data.symbol}-${Math.random()}`]);
  };
  const [one, other] = [reading(take), reading(take)];
  const symbols = ['R1', 'R2', 'R3'];
  await harness().publishBars(...symbols);
  await harness().rows("UPDATE event_bus.consumer_groups SET tried_at = '2000-01-01'");
  // Each asks for its batch before any of them has claimed it; the second of them a second later, as if the first had died.
  const first = one.runOnce();
  while (running < 1) await new Promise((resolve) => setImmediate(resolve));
  await harness().rows("UPDATE event_bus.consumer_groups SET tried_at = '2000-01-01', tries = 0");
  await Promise.all([first, other.runOnce()]);
  while ((await one.runOnce()) + (await other.runOnce()) > 0);

  const { rows } = await harness()
    .pool('strategy')
    .query(
      "SELECT left(strategy_id, 2) AS id FROM strategy_engine.strategies WHERE strategy_id ~ '^R[0-9]' ORDER BY 1",
    );
  expect(rows.map(({ id }) => id)).toEqual(symbols);
});
