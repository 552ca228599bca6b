import { backtestRequest } from '@trading/backtest';
import { lastSession, tradingDate } from '@trading/model';
import { z } from 'zod';
import { type CatalogueFlow, catalogueFlow, sessionFlow } from './catalogueFlow';
import type { FlowServices, OpenFlowServices, PerformanceLine } from './flowServices';
import { serviceTask } from './serviceTask';

const period = z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() });
const WEEK_MS = 7 * 86_400_000;

/** Figures, reports, backtests, and the evening's summary. */
export function reportingFlows(open: OpenFlowServices): CatalogueFlow[] {
  return [
    sessionFlow(open, {
      name: 'calculate_performance',
      description: 'Brings the figures of every active strategy up to date and tells them.',
      cron: '15 20 * * 1-5',
      run: async (services, run, date) => {
        await services.events.drain();
        const lines = await performance(services);
        await run.artifacts.table('performance', lines, `Performance up to ${date}`);
        return { date, strategies: lines.length };
      },
    }),
    catalogueFlow(open, {
      name: 'generate_reports',
      description: "Writes every active strategy's report of a period; the week that ended, unless told.",
      cron: '0 6 * * 6',
      queue: 'heavy',
      parameters: period,
      run: async (services, run, given) => {
        const to = given.to ?? lastSession(tradingDate(run.scheduledFor));
        const from = given.from ?? new Date(Date.parse(to) - WEEK_MS).toISOString().slice(0, 10);
        const reports: string[] = [];
        for (const strategyId of await services.strategies.active()) {
          const write = serviceTask('write_report', async () => ({
            id: (await services.analytics.report(strategyId, { from, to })) ?? null,
          }));
          const { id } = await write(run, strategyId);
          if (id !== null) reports.push(id);
        }
        return { from, to, reports };
      },
    }),
    catalogueFlow(open, {
      name: 'run_backtest',
      description:
        'Trades stored bars as if they came now, on an account of its own. On demand; writes nothing.',
      queue: 'heavy',
      timeoutSeconds: 4 * 3_600,
      retries: 0,
      parameters: backtestRequest,
      run: async (services, run, request) => {
        const { figures, fills, equityCurve } = await services.backtest(request, run.signal);
        const { orders, symbols, refusals, ...numbers } = figures;
        await run.artifacts.table(
          'backtest',
          Object.entries(numbers).map(([figure, value]) => ({ figure, value })),
          `${figures.strategyId} on ${symbols.join(', ')}`,
        );
        await run.artifacts.table(
          'backtest-fills',
          fills.map((fill) => ({ ...fill })),
        );
        await run.artifacts.table(
          'backtest-equity',
          equityCurve.map((point) => ({ ...point })),
        );
        return { ...numbers, orders: { ...orders }, symbols: [...symbols], refusals: [...refusals] };
      },
    }),
    sessionFlow(open, {
      name: 'send_daily_summary',
      description: 'Sends what the day brought: positions, performance, open risk events.',
      cron: '0 21 * * 1-5',
      run: async (services, run, date) => {
        const text = await dailySummary(services, date);
        await run.artifacts.markdown('daily-summary', text, date);
        await services.notification.send(`daily_summary:${date}`, text);
        return { date, characters: text.length };
      },
    }),
  ];
}

async function performance(
  services: FlowServices,
): Promise<{ [K in keyof PerformanceLine]: PerformanceLine[K] }[]> {
  const lines = [];
  for (const strategyId of await services.strategies.active()) {
    const line = await services.analytics.performance(strategyId);
    if (line !== undefined) lines.push({ ...line });
  }
  return lines;
}

async function dailySummary(services: FlowServices, date: string): Promise<string> {
  const [positions, figures, open] = await Promise.all([
    services.orders.positions(),
    performance(services),
    services.risk.openEvents(),
  ]);
  const held = positions.map(
    ({ accountId, symbol, quantity, marketValue, unrealizedPnl }) =>
      `- ${accountId} ${symbol}: ${quantity}, worth ${marketValue ?? 'unknown'}, unrealised ${unrealizedPnl ?? 'unknown'}`,
  );
  const done = figures.map(
    ({ strategyId, finalEquity, totalReturn, maxDrawdown }) =>
      `- ${strategyId}: equity ${finalEquity}, return ${totalReturn ?? 'none'}, maximum drawdown ${maxDrawdown}`,
  );
  const section = (title: string, lines: readonly string[]) => [
    `## ${title}`,
    ...(lines.length === 0 ? ['None.'] : lines),
    '',
  ];
  return [
    `# ${date}`,
    '',
    ...section('Positions', held),
    ...section('Strategies', done),
    ...section(
      'Open risk events',
      open.map((message) => `- ${message}`),
    ),
  ].join('\n');
}
