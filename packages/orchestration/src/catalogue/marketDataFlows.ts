import { TradingError, tradingDate } from '@trading/model';
import { z } from 'zod';
import { type CatalogueFlow, catalogueFlow, dateParameter, found, sessionFlow } from './catalogueFlow';
import type { OpenFlowServices, WatchedSeries } from './flowServices';
import { serviceTask } from './serviceTask';

const keyOf = ({ symbol, dataSource }: WatchedSeries) => `${symbol}-${dataSource}`;

/** Bars in, looked over, and the oldest out. */
export function marketDataFlows(open: OpenFlowServices): CatalogueFlow[] {
  return [
    sessionFlow(open, {
      name: 'fetch_market_data',
      description:
        'Brings every watched series up to the trading date; what is there already is not asked for.',
      cron: '30 18 * * 1-5',
      timeoutSeconds: 3_600,
      run: async (services, run, date) => {
        const rows = [];
        const failures: string[] = [];
        for (const series of await services.marketData.watched()) {
          const fetch = serviceTask('fetch_series', ({ signal }) =>
            services.marketData.fetch(series, date, signal),
          );
          try {
            rows.push({ ...series, ...(await fetch(run, keyOf(series))) });
          } catch (error) {
            run.signal.throwIfAborted();
            // The others are fetched all the same.
            failures.push(`${keyOf(series)} ${error instanceof Error ? error.message : String(error)}`);
          }
        }
        await run.artifacts.table('fetched-bars', rows, `Bars fetched up to ${date}`);
        if (failures.length > 0)
          throw found('FLOW.FETCH_FAILED', 'Some series could not be fetched', failures);
        return { date, series: rows.length, inserted: rows.reduce((sum, { inserted }) => sum + inserted, 0) };
      },
    }),
    sessionFlow(open, {
      name: 'validate_data_quality',
      description:
        'Holds every watched series to the calendar, to itself and to being up to date; fails where one is unfit to trade on.',
      cron: '0 19 * * 1-5',
      // What is wrong stays wrong until somebody looks at it.
      retries: 0,
      run: async (services, run, date) => {
        const watched = await services.marketData.watched();
        const checks = watched.map((series) =>
          serviceTask('check_series', async () => [...(await services.marketData.check(series, date))])(
            run,
            keyOf(series),
          ),
        );
        const findings = (await Promise.all(checks)).flat();
        await run.artifacts.table(
          'data-quality',
          findings.map((finding) => ({ ...finding })),
          `Findings up to ${date}`,
        );
        const failed = findings.filter(({ status }) => status === 'fail');
        if (failed.length > 0) {
          const texts = failed.map(({ symbol, dataSource, message }) => `${symbol} ${dataSource} ${message}`);
          throw found('FLOW.DATA_QUALITY', `${failed.length} problems on ${date}`, texts);
        }
        return { date, series: watched.length, warnings: findings.length };
      },
    }),
    catalogueFlow(open, {
      name: 'archive_old_data',
      description:
        'Reports which partitions hold only bars older than a number of years. With dryRun=false it drops them, on a worker that may delete.',
      cron: '0 3 * * 0',
      parameters: z.object({
        date: dateParameter,
        keepYears: z.int().min(1).default(20),
        dryRun: z.boolean().default(true),
      }),
      deletes: ({ dryRun }) => !dryRun,
      run: async (services, run, { date = tradingDate(run.scheduledFor), keepYears, dryRun }) => {
        const before = `${Number(date.slice(0, 4)) - keepYears}${date.slice(4)}`;
        if (before >= date) throw new TradingError('FLOW.INVALID_RANGE', `${before} is not before ${date}`);
        const parts = await services.marketData.archiveBefore(before, { dryRun });
        await run.artifacts.table(
          'archived-partitions',
          parts.map((part) => ({ ...part, dropped: !dryRun })),
          `Partitions that end before ${before}`,
        );
        return { before, dryRun, partitions: parts.map(({ name }) => name) };
      },
    }),
  ];
}
