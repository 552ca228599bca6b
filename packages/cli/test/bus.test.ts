import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@trading/testing';
import { type Checkout, makePreparedCheckout, sampleDays } from './checkout';
import { asSuperuser } from './superuser';

/** Enough for a position to be opened. */
const DAYS = 65;

let checkout: Checkout;
/** The account that the demo trades on. */
let account: string;

beforeAll(async () => {
  checkout = await makePreparedCheckout();
  const csv = checkout.file('aapl.csv', sampleDays(DAYS));
  const args = ['--symbol', 'AAPL', '--csv', csv, '--no-redis', '--json'];
  const { code, stdout } = await checkout.trading('demo', ...args);
  const { error, plan } = JSON.parse(stdout);
  expect({ code, error }).toEqual({ code: 0, error: undefined });
  account = plan.accountId;
});
afterAll(async () => {
  await checkout?.[Symbol.asyncDispose]();
});

const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await checkout.trading(...args, '--json');
  return { code, stderr, data: JSON.parse(stdout) };
};
/** Publishes two events. */
const ingest = (symbol: string) =>
  checkout.trading(
    'ingest',
    '--csv',
    checkout.file(`${symbol}.csv`, sampleDays(1)),
    '--symbol',
    symbol,
    '--json',
  );

describe('trading verify', () => {
  it('finds that everything follows from the trades', async () => {
    expect(await json('verify')).toMatchObject({ code: 0, data: { differences: [] } });
  });

  it('names what does not, with what is stored and what follows, and exits with 1', async () => {
    const tamper = (by: number) =>
      asSuperuser(checkout, async (client) => {
        // As a restore gone wrong would leave it: the database itself would not let anyone commit this.
        await client.query("SET session_replication_role = 'replica'");
        await client.query('UPDATE execution.positions SET quantity = quantity + $1', [by]);
      });
    await tamper(1);
    const { code, data } = await json('verify', '--account', account, '--symbol', 'AAPL');
    const { stdout } = await checkout.trading('verify');
    const elsewhere = await json('verify', '--symbol', 'MSFT');
    await tamper(-1);

    expect(code).toBe(1);
    const [quantity] = data.differences.filter(
      ({ what, field }: { what: string; field: string }) => what === 'position' && field === 'quantity',
    );
    expect(quantity).toMatchObject({ accountId: account, symbol: 'AAPL' });
    expect(Number(quantity.stored)).toBe(Number(quantity.derived) + 1);
    expect(stdout).toMatch(new RegExp(`position +${account} +AAPL .* quantity`));
    expect(elsewhere).toMatchObject({ code: 0, data: { differences: [] } });
    expect(await json('verify')).toMatchObject({ code: 0 });
  });
});

describe('trading audit position', () => {
  it('leads from the position back to trades, orders, what risk checked, signals and bars', async () => {
    const { code, data } = await json('audit', 'position', account, 'AAPL');
    const [first] = data.trades;
    expect(code).toBe(0);
    expect(first).toMatchObject({
      kind: 'fill',
      side: 'buy',
      order: { status: 'filled', strategyId: 'sma-20-50-aapl', signalId: expect.stringContaining('AAPL') },
    });
    expect(first.order.moves[0].details.checks).toHaveProperty('max_order_notional');
    const { signal } = first.order;
    expect(signal).toMatchObject({ signal: 'buy', barTimestamp: first.order.decidedAt });
    expect(signal.bar.close).toBe(signal.price);
    const { stdout } = await checkout.trading('audit', 'position', account, 'AAPL');
    expect(stdout).toMatch(new RegExp(`${signal.barTimestamp} +${signal.price}`));
    expect(data.quantity).toBe(data.trades.at(-1).after.quantity);
  });

  it('tells it as of a day, that day included', async () => {
    const { data: now } = await json('audit', 'position', account, 'AAPL');
    const [{ executedAt, after }] = now.trades;
    const day = executedAt.slice(0, 10);
    const { data } = await json('audit', 'position', account, 'AAPL', '--as-of', day);
    expect(data).toMatchObject({ quantity: after.quantity, trades: [{ executedAt }] });
    expect(data.trades).toHaveLength(1);
    const before = await checkout.trading('audit', 'position', account, 'AAPL', '--as-of', '2013-05-14');
    expect(before).toMatchObject({
      code: 0,
      stdout: `${account} AAPL, as of 2013-05-15T03:59:59.999Z: nothing was traded.\n`,
    });
  });
});

describe('trading bus tail', () => {
  it('gives the last events of a type, each a line of JSON', async () => {
    const { code, stdout } = await checkout.trading(
      'bus',
      'tail',
      '--count',
      '2',
      '--type',
      'order_updated',
      '--json',
    );
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(events).toMatchObject([
      { type: 'order_updated', service: 'execution', data: { accountId: account, symbol: 'AAPL' } },
      { type: 'order_updated', data: { status: 'filled' } },
    ]);
  });

  it('follows what is published, until Ctrl-C', async () => {
    const { child, printed, outcome } = checkout.start('bus', 'tail', '--count', '1', '--follow');
    const lines = () => printed.stdout.split('\n').slice(0, -1);
    await until('the last event', () => lines().length === 1);
    await ingest('FOLLOWED');
    await until('what follows', () => lines().length > 1);
    child.kill('SIGINT');

    expect(lines()[1]).toMatch(/^\S+Z market_data_updated ingestion FOLLOWED \{.*"inserted":1/);
    expect(await outcome).toMatchObject({ code: 0 });
  });
});

describe('trading bus lag', () => {
  it('names the open transaction that holds events back', async () => {
    const { pid, lag, text } = await asSuperuser(checkout, async (client) => {
      await client.query('BEGIN');
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid, pg_current_xact_id()');
      await ingest('HIDDEN');
      const lagging = await json('bus', 'lag');
      const { stdout } = await checkout.trading('bus', 'lag');
      await client.query('ROLLBACK');
      return { pid: rows[0].pid, lag: lagging.data, text: stdout };
    });

    expect(lag.horizon).toMatchObject({ hiddenEvents: 2, holders: [{ pid }] });
    expect(text).toMatch(new RegExp(`2 committed events.* hidden by .*:\\n\\n.*\\n ${pid} `));
    expect((await json('bus', 'lag')).data.horizon).toMatchObject({ hiddenEvents: 0 });
  });
});

describe('trading run', () => {
  it('handles what waits, and records figures of the bus and of every service', async () => {
    await ingest('RUN');
    const { child, outcome } = checkout.start('run');
    await until('nothing to be left', async () => {
      const { data } = await json('bus', 'lag');
      return data.groups.every(({ eventsBehind }: { eventsBehind: number }) => eventsBehind === 0);
    });
    child.kill('SIGINT');
    const { code } = await outcome;
    const lines = await asSuperuser(checkout, async (client) => {
      const { rows } = await client.query(
        "SELECT service, metadata FROM logging.performance_logs WHERE operation = 'run' ORDER BY service",
      );
      return new Map(rows.map(({ service, metadata }) => [service, metadata]));
    });

    expect(code).toBe(0);
    expect(lines.size).toBe(9);
    expect(lines.get('logging').consumer).toMatchObject({ state: 'stopped', retries: 0, dead: 0 });
    expect(lines.get('logging').consumer.handled).toBeGreaterThan(0);
    const { bus } = lines.get('event_bus');
    // Whether the minute is over, nobody knows.
    expect(bus.publishedLastMinute).toBeGreaterThanOrEqual(0);
    expect(bus.groups).toContainEqual(
      expect.objectContaining({
        group: 'risk',
        eventsBehind: 0,
        eventsParked: 0,
        secondsBehind: 0,
        deadLetters: 0,
      }),
    );
  });
});

describe('trading bus replay', () => {
  it('sends one group back, and says how many events it gets again', async () => {
    const { stdout } = await checkout.trading(
      'bus',
      'tail',
      '--type',
      'trade_executed',
      '--count',
      '1',
      '--json',
    );
    const replayed = await json('bus', 'replay', 'analytics', '--from-event', JSON.parse(stdout).id);
    const { data } = await json('bus', 'status');

    expect(replayed).toMatchObject({ code: 0, data: { group: 'analytics' } });
    const behind = new Map(
      data.groups.map(({ group, eventsBehind }: { group: string; eventsBehind: number }) => [
        group,
        eventsBehind,
      ]),
    );
    expect(replayed.data.events).toBeGreaterThan(0);
    expect(behind.get('analytics')).toBeGreaterThanOrEqual(replayed.data.events);
  });

  it.each([
    [['nobody', '--since', '2020-01-01'], 1, 'EVENTS.NO_SUCH_GROUP'],
    [['risk', '--since', '2999-01-01'], 1, 'EVENTS.NOT_IN_LOG'],
    [['risk'], 2, 'CLI.NO_START'],
  ])('refuses %j', async (args, code, error) => {
    const refused = await json('bus', 'replay', ...args);
    expect({ code: refused.code, error: refused.data.error.code }).toEqual({ code, error });
  });
});

describe('trading bus dead-letters', () => {
  it('are listed, shown, asked to be retried, and dropped', async () => {
    const [first, second] = await asSuperuser(checkout, async (client) => {
      const { rows } = await client.query(
        `INSERT INTO event_bus.dead_letters (consumer_group, event_id, event_type, event, error, stack, attempts)
         SELECT 'risk', event_id, event_type, jsonb_build_object('id', event_id, 'key', 'AAPL'), 'no such limit',
                'RangeError: no such limit', 5
           FROM event_bus.outbox ORDER BY id LIMIT 2 RETURNING id::text`,
      );
      return rows.map(({ id }) => id as string);
    });
    const letters = (...args: string[]) => json('bus', 'dead-letters', ...args);
    const ids = ({ deadLetters }: { deadLetters: { id: string }[] }) => deadLetters.map(({ id }) => id);

    expect((await checkout.trading('bus', 'status')).code).toBe(1);
    expect(ids((await letters('list', '--group', 'risk')).data)).toEqual([second, first]);
    expect(ids((await letters('list', '--group', 'logging')).data)).toEqual([]);
    expect(await letters('show', first ?? '')).toMatchObject({
      code: 0,
      data: { id: first, error: 'no such limit', stack: expect.stringContaining('RangeError') },
    });
    expect(await letters('retry', first ?? '', '999999')).toMatchObject({
      code: 1,
      data: { requested: [first], absent: ['999999'] },
    });
    expect(await letters('drop', '--group', 'risk')).toMatchObject({
      code: 2,
      data: { error: { code: 'CLI.NOT_CONFIRMED' } },
    });
    expect(await letters('drop')).toMatchObject({
      code: 2,
      data: { error: { code: 'CLI.NOTHING_SELECTED' } },
    });
    expect(await letters('drop', first ?? '')).toMatchObject({ code: 0, data: { dropped: [first] } });
    expect(await letters('drop', '--group', 'risk', '--yes')).toMatchObject({
      code: 0,
      data: { dropped: [second] },
    });
    expect(await letters('show', first ?? '')).toMatchObject({
      code: 1,
      data: { error: { code: 'EVENTS.NO_SUCH_DEAD_LETTER' } },
    });
    expect((await checkout.trading('bus', 'status')).code).toBe(0);
  });
});

describe('trading bus retention', () => {
  it('says in a dry run what would go, and does nothing', async () => {
    const { data: before } = await json('bus', 'status');
    const { code, data } = await json('bus', 'retention', '--keep-days', '7', '--dry-run');
    const { data: after } = await json('bus', 'status');

    expect({ code, data }).toMatchObject({
      code: 0,
      data: { dryRun: true, opened: null, dropped: [], forgotten: 0 },
    });
    expect(after.partitions.map(({ name }: { name: string }) => name)).toEqual(
      before.partitions.map(({ name }: { name: string }) => name),
    );
  });

  it('opens a new partition, and keeps what is younger than it is told', async () => {
    const { code, data } = await json('bus', 'retention', '--keep-days', '7');
    const { data: status } = await json('bus', 'status');
    expect({ code, dropped: data.dropped }).toEqual({ code: 0, dropped: [] });
    expect(status.partitions.at(-1)).toMatchObject({ name: data.opened, open: true });
  });
});
