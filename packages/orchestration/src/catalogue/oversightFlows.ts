import { dayBefore, tradingDate } from '@trading/model';
import { z } from 'zod';
import { type CatalogueFlow, catalogueFlow, dateParameter, found, sessionFlow } from './catalogueFlow';
import type { OpenFlowServices } from './flowServices';

/** Limits, servers and logs. */
export function oversightFlows(open: OpenFlowServices): CatalogueFlow[] {
  return [
    sessionFlow(open, {
      name: 'monitor_portfolio_risk',
      description: 'Compares every account with its limits; fails while one is crossed.',
      cron: '*/15 9-16 * * 1-5',
      retries: 0,
      run: async (services, run, date) => {
        const [limits, open] = await Promise.all([services.risk.limits(), services.risk.openEvents()]);
        await run.artifacts.table(
          'risk-limits',
          limits.map((limit) => ({ ...limit })),
          `Limits on ${date}`,
        );
        const breached = limits.filter((limit) => limit.breached);
        if (breached.length > 0) {
          const texts = breached.map(
            ({ accountId, limit, value, current }) => `${accountId} ${limit} is ${current}, limit ${value}`,
          );
          throw found('FLOW.LIMITS_BREACHED', `${breached.length} limits are crossed`, texts);
        }
        return { date, limits: limits.length, openEvents: open.length };
      },
    }),
    catalogueFlow(open, {
      name: 'monitor_system_health',
      description: 'Examines servers, roles, migrations and the bus; fails where something is wrong.',
      cron: '*/15 * * * *',
      retries: 0,
      parameters: z.object({}),
      run: async (services, run) => {
        const findings = await services.system.health();
        await run.artifacts.table(
          'system-health',
          findings.map((finding) => ({ ...finding })),
        );
        const wrong = findings.filter(({ ok }) => !ok).map(({ check, message }) => `${check}: ${message}`);
        if (wrong.length > 0) throw found('FLOW.UNHEALTHY', `${wrong.length} checks failed`, wrong);
        return { checks: findings.length };
      },
    }),
    catalogueFlow(open, {
      name: 'aggregate_logs',
      description: "Counts a day's log lines by service and level; the day before, unless told.",
      cron: '10 0 * * *',
      parameters: z.object({ date: dateParameter }),
      run: async (services, run, { date = dayBefore(tradingDate(run.scheduledFor)) }) => {
        const counts = await services.system.logCounts(date);
        await run.artifacts.table(
          'log-counts',
          counts.map((count) => ({ ...count })),
          `Log lines of ${date}`,
        );
        const total = counts.reduce((sum, { lines }) => sum + lines, 0);
        const errors = counts
          .filter(({ level }) => level === 'error')
          .reduce((sum, { lines }) => sum + lines, 0);
        return { date, lines: total, errors };
      },
    }),
  ];
}
