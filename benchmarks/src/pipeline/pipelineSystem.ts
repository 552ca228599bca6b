import { createServicePool, type ServicePool } from '@trading/database';
import type { ColumnsBuilder } from '@trading/ingestion';
import { TradingError } from '@trading/model';
import { openTradingSystem, type TradingSystem } from '@trading/system';
import { startTestRedis, startTestServer } from '@trading/testing';
import { type BarLength, barStarts, barsAt, SOURCES, symbolName } from './market';

/** How a system under measurement is set up. */
export interface PipelineOptions {
  readonly symbols: number;
  readonly length: BarLength;
  /** With a Redis to which every event is announced. */
  readonly redis?: boolean;
  /** The slow average of the crossover, in bars; the fast one is two fifths of it. 50. */
  readonly slow?: number;
  readonly close?: (symbol: number, bar: number) => number;
}

/** All seven services over a server of their own, durable as in production, and one strategy over all symbols. */
export interface PipelineSystem extends AsyncDisposable {
  readonly system: TradingSystem;
  /** The superuser, for what a measurement looks at. */
  readonly admin: ServicePool;
  readonly symbols: number;
  /** Stores the next bar of every symbol, in both series, in one transaction; gives its start. */
  ingest(): Promise<Date>;
  /**
   * Holds what is stored against what must be there once all is quiet.
   *
   * @throws TradingError `BENCH.NOT_QUIET` naming what is missing
   */
  requireQuiet(): Promise<void>;
}

const ACCOUNT = 'BENCH';
const STRATEGY = 'crossover';
const CAPITAL = '100000000';

/** Starts it, with as many bars behind it as the strategy looks back, which were handled before the strategy began. */
export async function openPipelineSystem(options: PipelineOptions): Promise<PipelineSystem> {
  const { symbols, length, slow = 50, close } = options;
  const server = await startTestServer({ durable: true });
  const redis = options.redis === true ? await startTestRedis() : undefined;
  const adminUrl = new URL(server.adminUrl);
  adminUrl.pathname = new URL(server.ownerUrl).pathname;
  const admin = createServicePool({ url: adminUrl.href, service: 'event_bus', max: 2 });
  // Tells when a row was committed; the server reads it when it starts.
  await admin.query('ALTER SYSTEM SET track_commit_timestamp = on');
  await admin.end();
  await server.stop();
  await server.start();
  const pool = createServicePool({ url: adminUrl.href, service: 'event_bus', max: 2 });
  const sources = SOURCES[length];
  const system = await openTradingSystem({
    connection:
      redis === undefined ? server.connection : { ...server.connection, redisUrl: redis.urls.relay },
    onWarning: (message) => {
      throw new TradingError<'BENCH.WARNING'>('BENCH.WARNING', message);
    },
  });
  const starts = barStarts(length);
  let bar = 0;
  const next = () => {
    const start = starts.next().value as Date;
    const columns = barsAt(symbols, bar, start, sources, close);
    bar += 1;
    return { start, columns };
  };
  const store = (source: readonly ColumnsBuilder[]) =>
    system.ingestion.bulkIngest({ source, origin: 'bench' });
  await store(Array.from({ length: slow + 10 }, () => next().columns));
  await system.drain();
  await trade(system, { symbols, slow, sources });
  await pool.query('VACUUM ANALYZE');
  await pool.query('CHECKPOINT');
  const first = bar;
  return {
    system,
    admin: pool,
    symbols,
    ingest: async () => {
      const { start, columns } = next();
      await store([columns]);
      return start;
    },
    requireQuiet: () => requireQuiet(system, pool, { symbols, bars: bar - first }),
    async [Symbol.asyncDispose]() {
      await system[Symbol.asyncDispose]();
      await pool.end();
      await redis?.[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Registers the strategy and limits that let it trade: a benchmark's orders come all in one minute of the market. */
async function trade(
  { strategy, risk, notification }: TradingSystem,
  { symbols, slow, sources }: { symbols: number; slow: number; sources: (typeof SOURCES)[BarLength] },
): Promise<void> {
  await strategy.register({
    strategyId: STRATEGY,
    name: 'Crossover over all symbols',
    parameters: {
      kind: 'moving_average_crossover',
      accountId: ACCOUNT,
      symbols: Array.from({ length: symbols }, (_, number) => symbolName(number)),
      signalSource: sources.signal,
      tradingSource: sources.trading,
      startingCapital: CAPITAL,
      fast: Math.max(1, Math.floor(slow * 0.4)),
      slow,
      allocation: (Math.floor(900_000 / symbols) / 1_000_000).toFixed(6),
    },
  });
  await strategy.activate(STRATEGY);
  await risk.limits.openAccount(ACCOUNT, CAPITAL);
  await risk.limits.set(ACCOUNT, 'max_orders_per_minute', '1000000');
  await risk.limits.setPosition(ACCOUNT, '*', { maxQuantity: '100000000', maxNotional: CAPITAL });
  await notification.defineAlert({
    alertId: 'large-loss',
    name: 'A trade lost more than 100,000',
    eventType: 'trade_executed',
    rule: { conditions: [{ field: 'realizedPnl', op: 'lt', value: '-100000' }] },
    channel: 'log',
  });
}

/** What must be nothing once all is quiet: each statement counts what is missing or too much. */
const UNQUIET: Readonly<Record<string, string>> = {
  'events without their line in the system log': `
    SELECT count(*) FROM event_bus.outbox AS e
     WHERE NOT EXISTS (SELECT FROM logging.system_logs AS l WHERE l.event_id = e.event_id)`,
  'lines of the system log too many': `
    SELECT count(*) - count(DISTINCT event_id) AS count FROM logging.system_logs WHERE event_id IS NOT NULL`,
  'orders and trades without their line in the trading log': `
    SELECT count(*) FROM event_bus.outbox AS e WHERE e.event_type IN ('order_updated', 'trade_executed')
       AND NOT EXISTS (SELECT FROM logging.trading_logs AS l WHERE l.event_id = e.event_id)`,
  // A signal to sell what is not held asks for nothing.
  'signals to buy without an order': `
    SELECT count(*) FROM strategy_engine.strategy_signals AS s
     WHERE s.signal = 'buy' AND NOT EXISTS (SELECT FROM execution.orders AS o WHERE o.signal_id = s.signal_id)`,
  'orders that no bar met': `
    SELECT count(*) FROM execution.orders AS o WHERE o.status = 'submitted'
       AND o.decided_at < (SELECT max(through) FROM execution.market_clocks AS c WHERE c.symbol = o.symbol)`,
  'positions that are not marked at the last bar': `
    SELECT count(*) FROM execution.positions AS p
     WHERE p.marked_at IS DISTINCT FROM (SELECT max(through) FROM execution.market_clocks AS c WHERE c.symbol = p.symbol)`,
  'positions that the risk monitor has not seen': `
    SELECT count(*) FROM execution.positions AS p
     WHERE NOT EXISTS (SELECT FROM risk_management.account_holdings AS h
                        WHERE h.account_id = p.account_id AND h.symbol = p.symbol AND h.quantity = p.quantity AND h.as_of = p.marked_at)`,
  'dates whose figures strategy_performance lacks': `
    SELECT count(*) FROM analytics.performance_metrics AS m WHERE m.metric = 'equity'
       AND NOT EXISTS (SELECT FROM strategy_engine.strategy_performance AS p WHERE p.strategy_id = m.strategy_id AND p.date = m.date)`,
  'dead letters': 'SELECT count(*) FROM event_bus.dead_letters',
};

async function requireQuiet(
  system: TradingSystem,
  admin: ServicePool,
  { symbols, bars }: { symbols: number; bars: number },
): Promise<void> {
  const wrong: string[] = [];
  for (const [what, text] of Object.entries(UNQUIET)) {
    const { rows } = await admin.query<{ count: string }>(text);
    if (rows[0]?.count !== '0') wrong.push(`${rows[0]?.count} ${what}`);
  }
  const equity = await lastEquity(admin);
  if (bars > 0 && equity !== (await ledgerEquity(admin))) wrong.push(`figures end at an equity of ${equity}`);
  const { rows: clocks } = await admin.query<{ count: string }>(
    'SELECT count(*) FROM execution.market_clocks',
  );
  if (Number(clocks[0]?.count) < symbols)
    wrong.push(`${clocks[0]?.count} of ${symbols} symbols have a clock`);
  wrong.push(...(await system.execution.verify()).map(({ what, id, field }) => `${what} ${id} ${field}`));
  if (wrong.length === 0) return;
  throw new TradingError<'BENCH.NOT_QUIET'>(
    'BENCH.NOT_QUIET',
    `after ${bars} bars of ${symbols} symbols: ${wrong.join('; ')}`,
  );
}

async function lastEquity(admin: ServicePool): Promise<string | undefined> {
  const { rows } = await admin.query<{ value: string }>(
    `SELECT round(value, 4)::text AS value FROM analytics.performance_metrics
      WHERE metric = 'equity' ORDER BY date DESC LIMIT 1`,
  );
  return rows[0]?.value;
}

/** What the figures must come to: capital and the P&L of all positions at their marks. */
async function ledgerEquity(admin: ServicePool): Promise<string | undefined> {
  const { rows } = await admin.query<{ value: string }>(
    `SELECT round($1::numeric + coalesce(sum(realized_pnl + coalesce(unrealized_pnl, 0)), 0), 4)::text AS value
       FROM execution.positions WHERE account_id = $2`,
    [CAPITAL, ACCOUNT],
  );
  return rows[0]?.value;
}
