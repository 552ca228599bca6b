import { expect, test } from '@jest/globals';
import { createServicePool, poolSql, SERVICE_NAMES, type ServiceName } from '@trading/database';
import { createConsumer, drain } from '@trading/event-bus';
import { ColumnsBuilder } from '@trading/ingestion';
import { dailyBarStart } from '@trading/model';
import { createTestDatabase, PATIENCE_MS } from '@trading/testing';
import { openTradingSystem, type TradingSystem } from '../src';

const SYMBOLS = ['AAPL', 'IBM', 'KO', 'MSFT'];
const DAYS = [3, 4, 5, 6, 9, 10].map((day) => `2023-01-${String(day).padStart(2, '0')}`);
const LISTENERS = ['strategy', 'execution', 'risk', 'analytics', 'notification', 'logging'] as const;

/**
 * What the services leave, without what differs from run to run: ids of events, and when rows were written. Nor with what
 * lies between two events of different keys, whose order nobody promises: what an account stood at while some symbols were
 * marked and others not yet (its peak and its drawdown, breaches that came and went), and figures of a date that were not
 * its last.
 */
const LEFT: Readonly<Record<string, string>> = {
  signals:
    'signal_id, signal, strength, bar_timestamp, price, data_source FROM strategy_engine.strategy_signals',
  performance:
    'strategy_id, date::text, returns, sharpe_ratio, max_drawdown, total_trades, win_rate FROM strategy_engine.strategy_performance',
  figures: 'strategy_id, metric, date::text, value, method FROM analytics.performance_metrics',
  orders:
    'order_id, side, quantity, status, reason, filled_quantity, avg_fill_price, matched_through, reference_price FROM execution.orders',
  moves: 'order_id, from_status, to_status, event, details FROM execution.execution_logs',
  trades: 'trade_id, order_id, quantity, price, commission, realized_pnl, executed_at FROM execution.trades',
  positions: `account_id, symbol, quantity, avg_price, realized_pnl, unrealized_pnl, mark_price, marked_at
    FROM execution.positions`,
  clocks: 'symbol, data_source, through FROM execution.market_clocks',
  holdings: 'account_id, symbol, quantity, market_value, pnl, as_of FROM risk_management.account_holdings',
  states: 'account_id, trading_day::text, day_open_pnl, last_pnl FROM risk_management.account_states',
  limits: `account_id, limit_type, current_value, breached_at IS NOT NULL AS breached FROM risk_management.risk_limits
    WHERE limit_type <> 'max_drawdown'`,
  riskEvents: `account_id, event_type, severity, message, data FROM risk_management.risk_events
    WHERE event_type <> 'limit_breached'`,
  openBreaches: `account_id, severity, data ->> 'limit' AS "limit" FROM risk_management.risk_events
    WHERE event_type = 'limit_breached' AND resolved_at IS NULL`,
  notifications: 'alert_id, event_type, message, status, occurred_at FROM notification.notification_logs',
  lines: `service, level, event_type, message, "timestamp" FROM logging.system_logs WHERE event_id IS NOT NULL
    AND event_type NOT IN ('performance_updated', 'risk_event_raised', 'alert_sent')`,
  tradingLines: `"timestamp", trade_id, order_id, symbol, quantity, price, status, error_message, execution_time_ms
    FROM logging.trading_logs`,
  deadLetters: 'consumer_group, error FROM event_bus.dead_letters',
};

/** A close that goes up one day and down the next: each bar is a signal. */
const closeOf = (symbol: number, day: number) => 100 * (10_000 + 13 * day + ((day + symbol) % 2) * 300);

function barsOf(day: number): ColumnsBuilder {
  const columns = new ColumnsBuilder();
  for (const [number, symbol] of SYMBOLS.entries()) {
    const close = closeOf(number, day);
    for (const dataSource of ['yahoo', 'yahoo_adjusted'])
      columns.append(columns.seriesIndex({ symbol, dataSource }), {
        timestamp: dailyBarStart(DAYS[day] ?? '').getTime(),
        open: close - 200,
        high: close + 5_000,
        low: close - 5_000,
        close,
        volume: 100_000n,
      });
  }
  return columns;
}

/** Trades some days, each of them handled to its end, and gives all that is left of them. */
async function tradedDays(handleAll: (system: TradingSystem) => Promise<unknown>) {
  await using database = await createTestDatabase();
  const services = Object.fromEntries(
    SERVICE_NAMES.map((service) => [service, database.serviceUrl(service)]),
  ) as Record<ServiceName, string>;
  const warnings: string[] = [];
  await using system = await openTradingSystem({
    connection: { services },
    onWarning: (message) => warnings.push(message),
  });
  const parameters = {
    kind: 'moving_average_crossover',
    accountId: 'ACC',
    symbols: SYMBOLS,
    signalSource: 'yahoo_adjusted',
    tradingSource: 'yahoo',
    startingCapital: '100000',
    fast: 1,
    slow: 2,
    allocation: '0.2',
  };
  await system.strategy.register({ strategyId: 'trend', name: 'Trend', parameters });
  await system.strategy.activate('trend');
  await system.risk.limits.openAccount('ACC', '100000');
  // Some orders are denied, and the monitor sees a breach come and go.
  await system.risk.limits.set('ACC', 'max_gross_exposure', '60500');
  await system.risk.limits.setPosition('ACC', '*', { maxQuantity: '1000', maxNotional: '100000' });
  await system.notification.defineAlert({
    alertId: 'orders',
    name: 'An order moved',
    eventType: 'order_updated',
    rule: {},
    channel: 'log',
  });
  for (const day of DAYS.keys()) {
    await system.ingestion.bulkIngest({ source: [barsOf(day)], origin: 'test' });
    await handleAll(system);
  }
  expect(await system.execution.verify()).toEqual([]);
  await using owner = createServicePool({
    url: database.adminUrl,
    service: 'event_bus',
    max: 1,
    waitMs: PATIENCE_MS,
  });
  const left: Record<string, string[]> = { warnings };
  for (const [what, from] of Object.entries(LEFT)) {
    const rows = await poolSql(owner).query<{ row: string }>(
      `SELECT to_jsonb(x)::text AS row FROM (SELECT ${from}) AS x ORDER BY 1`,
    );
    left[what] = rows.map(({ row }) => row);
  }
  return left;
}

/** Every event in a transaction of its own, none beside another. */
async function oneByOne(system: TradingSystem): Promise<void> {
  const consumers = LISTENERS.map((group) =>
    createConsumer({
      group,
      pool: system.pools[group],
      batchHandlers: system[group].batchHandlers,
      batchSize: 1,
    }),
  );
  await drain(consumers, { pool: system.pools.event_bus });
  for (const consumer of consumers) await consumer[Symbol.asyncDispose]();
}

test('days handled in batches leave the rows that they leave one event at a time', async () => {
  const inBatches = await tradedDays(async (system) => system.drain());
  const apart = await tradedDays(oneByOne);

  // What is raised `drain` of the system sends too; consumers alone don't.
  const raised = (left: Record<string, string[]>) => ({
    ...left,
    notifications: left.notifications?.map((row) => row.replace('"sent"', '"pending"')),
  });
  expect(raised(inBatches)).toEqual(raised(apart));
  // The days were about something: fills and denials.
  expect(inBatches.trades?.length).toBeGreaterThan(5);
  expect(inBatches.orders?.some((row) => row.includes('denied'))).toBe(true);
});
