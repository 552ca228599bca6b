import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@trading/testing';
import { type Checkout, makeCheckout, makePreparedCheckout, sampleDays } from './checkout';
import { holdBars, sessionsGone } from './heldBars';
import { asSuperuser } from './superuser';

/** To the end of January 2014. */
const DAYS = 180;

/** What `trading demo --json` prints, as far as it is looked at. */
interface DemoJson {
  readonly tradedNow: boolean;
  readonly eventsDelivered: number;
  readonly ingestion: Readonly<Record<string, unknown>>;
  readonly summary: Readonly<Record<string, unknown>> & {
    readonly signals: number;
    readonly orders: Readonly<Record<string, number>>;
    readonly trades: number;
    readonly closedTrades: number;
    readonly maxDrawdown: string;
    readonly finalEquity: string;
    readonly logLines: number;
    readonly events: number;
  };
}

/** What a demo of the sample's first days says, less what differs from run to run. */
async function summaryOf(checkout: Checkout, ...args: string[]): Promise<DemoJson> {
  const { code, stdout, stderr } = await checkout.trading('demo', '--json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

const query = async (checkout: Checkout, text: string) =>
  asSuperuser(checkout, async (client) => (await client.query(text)).rows);

describe('trading demo', () => {
  let straight: Checkout;
  let csv: string;
  let first: DemoJson;

  beforeAll(async () => {
    straight = makeCheckout();
    csv = straight.file('aapl.csv', sampleDays(DAYS));
    first = await summaryOf(straight, '--symbol', 'AAPL', '--csv', csv, '--no-redis');
  });
  afterAll(async () => {
    await straight?.[Symbol.asyncDispose]();
  });

  it('trades every day of the file and says what a trader wants to know', () => {
    expect(first).toMatchObject({
      tradedNow: true,
      ingestion: { rows: DAYS, inserted: 2 * DAYS, rejectedRows: 0, interrupted: false },
      summary: { from: '2013-05-13', to: '2014-01-28', bars: DAYS, startingCapital: '100000' },
    });
    const { signals, orders, trades, closedTrades, maxDrawdown, finalEquity } = first.summary;
    expect(signals).toBeGreaterThan(2);
    expect(orders.filled).toBe(trades);
    expect(closedTrades).toBeGreaterThan(0);
    expect(Number(maxDrawdown)).toBeLessThan(0);
    expect(finalEquity).not.toBe('100000');
  });

  it('writes what every service is there to write', async () => {
    const [counts] = await query(
      straight,
      `SELECT (SELECT count(*) FROM data_ingestion.ingestion_status WHERE status = 'completed')::int AS series,
              (SELECT count(*) FROM strategy_engine.strategy_performance)::int AS performance_days,
              (SELECT count(*) FROM execution.execution_logs)::int > 0 AS order_moves,
              (SELECT count(*) FROM risk_management.risk_limits WHERE current_value IS NOT NULL)::int > 0 AS limits_measured,
              (SELECT count(DISTINCT date) FROM analytics.performance_metrics WHERE metric = 'equity')::int AS equity_days,
              (SELECT count(*) FROM logging.trading_logs)::int > 0 AS trading_logs,
              (SELECT count(*) FROM logging.system_logs)::int > 0 AS system_logs,
              (SELECT count(DISTINCT service) FROM logging.performance_logs)::int AS performance_logs,
              (SELECT count(*) FROM event_bus.dead_letters)::int AS dead_letters`,
    );
    expect(counts).toEqual({
      series: 2,
      performance_days: DAYS,
      order_moves: true,
      limits_measured: true,
      equity_days: DAYS,
      trading_logs: true,
      system_logs: true,
      performance_logs: 8,
      dead_letters: 0,
    });
  });

  it('joins a chain by one correlation id, from the bar to the logs', async () => {
    const chains = await query(
      straight,
      `SELECT array_agg(DISTINCT event_type ORDER BY event_type) AS types FROM event_bus.outbox
        WHERE correlation_id IN (SELECT correlation_id FROM execution.orders) GROUP BY correlation_id LIMIT 1`,
    );
    expect(chains[0].types).toEqual(
      expect.arrayContaining(['market_data_updated', 'order_updated', 'signal_generated']),
    );
    const [{ unlogged }] = await query(
      straight,
      `SELECT count(*)::int AS unlogged FROM execution.trades t
        WHERE NOT EXISTS (SELECT FROM logging.trading_logs l WHERE l.trade_id = t.trade_id AND l.correlation_id = t.correlation_id)`,
    );
    expect(unlogged).toBe(0);
  });

  it('holds equity to cash and position: starting capital - what was paid - commissions + what is held at the last close', async () => {
    const [{ equity }] = await query(
      straight,
      `SELECT 100000 - sum(CASE side WHEN 'buy' THEN 1 ELSE -1 END * quantity * price) - sum(commission)
              + sum(CASE side WHEN 'buy' THEN 1 ELSE -1 END * quantity)
                * (SELECT close FROM data_ingestion.bars WHERE data_source = 'yahoo' ORDER BY "timestamp" DESC LIMIT 1) AS equity
         FROM execution.trades`,
    );
    expect(Number(equity)).toBeCloseTo(Number(first.summary.finalEquity), 8);
  });

  it('changes nothing when it is run again, and says so', async () => {
    const again = await summaryOf(straight, '--symbol', 'AAPL', '--csv', csv, '--no-redis');
    const { logLines: _notedToo, ...unchanged } = first.summary;
    expect(again).toMatchObject({ tradedNow: false, eventsDelivered: 0, summary: unchanged });
    const { stdout } = await straight.trading('demo', '--symbol', 'AAPL', '--csv', csv, '--no-redis');
    expect(stdout).toMatch(/^Nothing new: every trading day of the file had been traded before/);
  });

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'comes to the same end when %s stops it half way and it is run again',
    async (signal) => {
      await using checkout = await makePreparedCheckout();
      await checkout.trading('up', '--no-redis');
      const args = [
        'demo',
        '--json',
        '--no-redis',
        '--symbol',
        'AAPL',
        '--csv',
        checkout.file('aapl.csv', sampleDays(DAYS)),
      ];
      await using bars = await holdBars(checkout, 2014);
      const { child, printed, outcome } = checkout.start(...args);
      await bars.reached();
      child.kill(signal);
      if (signal === 'SIGINT') {
        await until('it to have heard', () => printed.stderr.includes('Stopping'));
        await bars.release();
        const { code, stdout } = await outcome;
        expect({ code, interrupted: JSON.parse(stdout).ingestion.interrupted }).toEqual({
          code: 130,
          interrupted: true,
        });
      }
      await outcome;
      await bars.release();
      await sessionsGone(checkout);

      const { summary } = await summaryOf(checkout, ...args.slice(2));

      // How often figures were computed and told of depends on what came first; what came out does not.
      const { logLines: _ours, events: _mine, ...mine } = summary;
      const { logLines: _theirs, events: _told, ...theirs } = first.summary;
      expect(mine).toEqual(theirs);
    },
  );
});

describe('trading demo, when something goes wrong', () => {
  it('says which server went away in the middle, and goes on once it is back', async () => {
    await using checkout = await makePreparedCheckout();
    await checkout.trading('up', '--no-redis');
    const args = [
      'demo',
      '--json',
      '--no-redis',
      '--symbol',
      'AAPL',
      '--csv',
      checkout.file('aapl.csv', sampleDays(DAYS)),
    ];
    const { servers } = JSON.parse((await checkout.trading('status', '--json')).stdout);
    await using bars = await holdBars(checkout, 2014);
    const { outcome } = checkout.start(...args);
    await bars.reached();
    process.kill(servers[0].pid, 'SIGKILL');

    const { code, stdout } = await outcome;

    expect({ code, error: JSON.parse(stdout).error.code }).toEqual({
      code: 3,
      error: 'DATABASE.UNAVAILABLE',
    });
    expect((await summaryOf(checkout, ...args.slice(2))).summary.bars).toBe(DAYS);
  });

  it('trades every file on an account of its own, however many there are', async () => {
    await using checkout = await makePreparedCheckout();
    for (const symbol of ['ONE', 'TWO', 'THREE']) {
      const { summary } = await summaryOf(
        checkout,
        '--no-redis',
        '--symbol',
        symbol,
        '--csv',
        checkout.file(`${symbol}.csv`, sampleDays(90)),
      );
      expect(summary).toMatchObject({ orders: { filled: 1 }, refusals: [], alerts: 0 });
    }
  });
});
