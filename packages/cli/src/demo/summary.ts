import { poolSql, type Sql } from '@trading/database';
import { Decimal } from '@trading/model';
import pc from 'picocolors';
import type { TradingSystem } from '../composition/tradingSystem';
import type { DemoPlan } from './demoPlan';
import type { DemoResult } from './runDemo';

/** What a trader wants to know of the whole period. Money is decimal text, ratios are fractions, winRate a percentage. */
export interface DemoSummary {
  readonly from: string;
  readonly to: string;
  readonly bars: number;
  readonly signals: number;
  readonly orders: Readonly<Record<string, number>>;
  readonly trades: number;
  readonly commission: string;
  readonly startingCapital: string;
  readonly finalEquity: string;
  readonly totalReturn: string | null;
  readonly sharpeRatio: string | null;
  readonly maxDrawdown: string;
  readonly closedTrades: number;
  readonly winRate: string | null;
  readonly alerts: number;
  readonly logLines: number;
  /** Events in the log. */
  readonly events: number;
}

/** Reads the summary from the services' own tables, each as its own role. */
export async function summarizeDemo(system: TradingSystem, plan: DemoPlan): Promise<DemoSummary> {
  const { pools, tradingSource } = system;
  const figures = await system.analytics.summary(plan.strategyId);
  const [bars, signals, alerts, events, logLines] = await Promise.all([
    count(poolSql(pools.ingestion), 'data_ingestion.bars WHERE symbol = $1 AND data_source = $2', [
      plan.symbol,
      tradingSource,
    ]),
    count(poolSql(pools.strategy), 'strategy_engine.strategy_signals WHERE strategy_id = $1', [
      plan.strategyId,
    ]),
    count(poolSql(pools.notification), "notification.notification_logs WHERE status = 'sent'", []),
    count(poolSql(pools.event_bus), 'event_bus.outbox', []),
    count(poolSql(pools.logging), 'logging.system_logs', []),
  ]);
  return {
    from: figures.from,
    to: figures.to,
    bars,
    signals,
    orders: await countOrders(poolSql(pools.execution), plan.strategyId),
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

/** The summary as a trader would read it, and where to look further. */
export function demoText({
  plan,
  tradedNow,
  ingestion,
  eventsDelivered,
  elapsedMs,
  summary,
}: DemoResult): string {
  const orders = Object.entries(summary.orders).map(([status, orderCount]) => `${orderCount} ${status}`);
  const lines: [string, string][] = [
    ['Strategy', `${plan.strategyId} on account ${plan.accountId}`],
    ['Period', `${summary.from} to ${summary.to}`],
    ['Bars', `${summary.bars.toLocaleString('en-US')} trading days`],
    ['Signals', String(summary.signals)],
    ['Orders', orders.join(', ') || 'none'],
    ['Trades', `${summary.trades}, ${summary.closedTrades} closed round trips`],
    ['Commission', money(summary.commission)],
    ['Final equity', `${money(summary.finalEquity)}, from ${money(summary.startingCapital)}`],
    ['Return', percent(summary.totalReturn)],
    [
      'Sharpe ratio',
      summary.sharpeRatio === null ? 'not defined' : new Decimal(summary.sharpeRatio).toFixed(2),
    ],
    ['Max drawdown', percent(summary.maxDrawdown)],
    [
      'Win rate',
      summary.winRate === null ? 'no closed trade' : `${new Decimal(summary.winRate).toFixed(1)} %`,
    ],
    ['Alerts sent', String(summary.alerts)],
    [
      'Events',
      `${summary.events.toLocaleString('en-US')} in the log, ${eventsDelivered.toLocaleString('en-US')} deliveries this time`,
    ],
    ['Log lines', summary.logLines.toLocaleString('en-US')],
    ['Time taken', `${(elapsedMs / 1000).toFixed(1)} s`],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return [
    heading(tradedNow, ingestion.interrupted),
    '',
    ...lines.map(([name, value]) => `  ${pc.dim(name.padEnd(width))}  ${value}`),
    '',
    'Look further:',
    '  npx prisma studio        every table of it (try execution.positions, strategy_engine.strategy_performance)',
    '  npx trading status       servers, databases, roles',
    '  npm run down             stop the servers; the data stays',
  ].join('\n');
}

function heading(tradedNow: boolean, interrupted: boolean): string {
  if (interrupted)
    return pc.yellow('Stopped. Everything up to here is done and stays; run it again to go on.');
  return tradedNow
    ? pc.green('The trading days are done.')
    : pc.green('Nothing new: every trading day of the file had been traded before, and was left as it is.');
}

function money(amount: string): string {
  return new Decimal(amount).toFixed(2).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

function percent(fraction: string | null): string {
  return fraction === null ? 'not defined' : `${new Decimal(fraction).mul(100).toFixed(2)} %`;
}
