import { poolSql, type Sql } from '@trading/database';
import type { CurveFigures } from '@trading/model';
import type { TradingSystem } from '@trading/system';
import { alertOf, DEMO_SERIES, type DemoPlan } from './demoPlan';

/** What a trader wants to know of the whole period. Money is decimal text, ratios are fractions, winRate a percentage. */
export interface DemoSummary
  extends Pick<
    CurveFigures,
    'finalEquity' | 'totalReturn' | 'sharpeRatio' | 'maxDrawdown' | 'closedTrades' | 'winRate'
  > {
  readonly from: string;
  readonly to: string;
  readonly bars: number;
  readonly signals: number;
  readonly orders: Readonly<Record<string, number>>;
  /** Why orders were denied or rejected, each reason once. */
  readonly refusals: readonly string[];
  readonly trades: number;
  readonly commission: string;
  readonly startingCapital: string;
  readonly alerts: number;
  readonly logLines: number;
  /** Events in the log. */
  readonly events: number;
}

/** Reads the summary from the services' own tables, each as its own role. */
export async function summarizeDemo(system: TradingSystem, plan: DemoPlan): Promise<DemoSummary> {
  const { pools } = system;
  const figures = await system.analytics.summary(plan.strategyId);
  const [bars, signals, alerts, events, logLines] = await Promise.all([
    count(poolSql(pools.ingestion), 'data_ingestion.market_data WHERE symbol = $1 AND data_source = $2', [
      plan.symbol,
      DEMO_SERIES,
    ]),
    count(poolSql(pools.strategy), 'strategy_engine.strategy_signals WHERE strategy_id = $1', [
      plan.strategyId,
    ]),
    count(
      poolSql(pools.notification),
      "notification.notification_logs WHERE status = 'sent' AND alert_id = $1",
      [alertOf(plan)],
    ),
    count(poolSql(pools.event_bus), 'event_bus.outbox', []),
    count(poolSql(pools.logging), 'logging.system_logs', []),
  ]);
  return {
    from: figures.from,
    to: figures.to,
    bars,
    signals,
    orders: await countOrders(poolSql(pools.execution), plan.strategyId),
    refusals: await readRefusals(poolSql(pools.execution), plan.strategyId),
    trades: figures.fills,
    commission: figures.commission,
    startingCapital: plan.startingCapital,
    finalEquity: figures.finalEquity,
    totalReturn: figures.totalReturn,
    sharpeRatio: figures.sharpeRatio,
    maxDrawdown: figures.maxDrawdown,
    closedTrades: figures.closedTrades,
    winRate: figures.winRate,
    alerts,
    logLines,
    events,
  };
}

async function count(sql: Sql, source: string, values: readonly string[]): Promise<number> {
  const [row] = await sql.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${source}`, values);
  return row?.count ?? 0;
}

async function countOrders(sql: Sql, strategyId: string): Promise<Record<string, number>> {
  const rows = await sql.query<{ status: string; count: number }>(
    'SELECT status::text, count(*)::int AS count FROM execution.orders WHERE strategy = $1 GROUP BY 1 ORDER BY 1',
    [strategyId],
  );
  return Object.fromEntries(rows.map(({ status, count: orders }) => [status, orders]));
}

async function readRefusals(sql: Sql, strategyId: string): Promise<string[]> {
  const rows = await sql.query<{ reason: string }>(
    `SELECT DISTINCT reason FROM execution.orders
      WHERE strategy = $1 AND status = 'rejected' AND reason IS NOT NULL ORDER BY 1 LIMIT 5`,
    [strategyId],
  );
  return rows.map(({ reason }) => reason);
}
