import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Checkout, makePreparedCheckout, sampleDays } from './checkout';
import { DAYS, type DemoJson, summaryOf } from './demoRun';
import { asSuperuser } from './superuser';

const query = async (checkout: Checkout, text: string) =>
  asSuperuser(checkout, async (client) => (await client.query(text)).rows);

describe('trading demo', () => {
  let checkout: Checkout;
  let csv: string;
  let first: DemoJson;

  beforeAll(async () => {
    checkout = await makePreparedCheckout();
    csv = checkout.file('aapl.csv', sampleDays(DAYS));
    first = await summaryOf(checkout, '--symbol', 'AAPL', '--csv', csv, '--no-redis');
  });
  afterAll(async () => {
    await checkout?.[Symbol.asyncDispose]();
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
      checkout,
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
      performance_logs: 9,
      dead_letters: 0,
    });
  });

  it('joins a chain by one correlation id, from the bar to the logs', async () => {
    const chains = await query(
      checkout,
      `SELECT array_agg(DISTINCT event_type ORDER BY event_type) AS types FROM event_bus.outbox
        WHERE correlation_id IN (SELECT correlation_id FROM execution.orders) GROUP BY correlation_id LIMIT 1`,
    );
    expect(chains[0].types).toEqual(
      expect.arrayContaining(['market_data_updated', 'order_updated', 'signal_generated']),
    );
    const [{ unlogged }] = await query(
      checkout,
      `SELECT count(*)::int AS unlogged FROM execution.trades t
        WHERE NOT EXISTS (SELECT FROM logging.trading_logs l WHERE l.trade_id = t.trade_id AND l.correlation_id = t.correlation_id)`,
    );
    expect(unlogged).toBe(0);
  });

  it('holds equity to cash and position: starting capital - what was paid - commissions + what is held at the last close', async () => {
    const [{ equity }] = await query(
      checkout,
      `SELECT 100000 - sum(CASE side WHEN 'buy' THEN 1 ELSE -1 END * quantity * price) - sum(commission)
              + sum(CASE side WHEN 'buy' THEN 1 ELSE -1 END * quantity)
                * (SELECT close FROM data_ingestion.bars WHERE data_source = 'yahoo' ORDER BY "timestamp" DESC LIMIT 1) AS equity
         FROM execution.trades`,
    );
    expect(Number(equity)).toBeCloseTo(Number(first.summary.finalEquity), 8);
  });

  it('changes nothing when it is run again, and says so', async () => {
    const again = await summaryOf(checkout, '--symbol', 'AAPL', '--csv', csv, '--no-redis');
    const { logLines: _notedToo, ...unchanged } = first.summary;
    expect(again).toMatchObject({ tradedNow: false, eventsDelivered: 0, summary: unchanged });
    const { stdout } = await checkout.trading('demo', '--symbol', 'AAPL', '--csv', csv, '--no-redis');
    expect(stdout).toMatch(/^Nothing new: every trading day of the file had been traded before/);
  });

  it('trades every file on an account of its own, however many there are', async () => {
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
