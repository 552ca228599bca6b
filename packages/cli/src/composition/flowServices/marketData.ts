import { createPublisher } from '@trading/event-bus';
import {
  createIngestionService,
  createProvider,
  PROVIDER_NAMES,
  type ProviderName,
} from '@trading/ingestion';
import { dailyBarStart, parseDataSource, strategyParameters, TradingError } from '@trading/model';
import type { FlowServices, QualityProblem, WatchedSeries } from '@trading/orchestration';
import { providerSettings } from '../../commands/ingest/providerSettings';
import type { Environment } from '../../environment';
import type { TradingSystem } from '../tradingSystem';

/** How far back a series that is new is fetched. */
const HISTORY_YEARS = 2;
const DAY_MS = 24 * 3_600_000;

/** Bars for flows: the series that active strategies read and trade at. */
export function flowMarketData(system: TradingSystem, environment: Environment): FlowServices['marketData'] {
  const { ingestion, strategy, pools } = system;
  return {
    watched: async () => {
      const watched = new Map<string, WatchedSeries>();
      for (const { status, parameters } of await strategy.list()) {
        const read = strategyParameters.safeParse(parameters);
        if (status !== 'active' || !read.success) continue;
        for (const symbol of read.data.symbols)
          for (const dataSource of [read.data.tradingSource, read.data.signalSource])
            watched.set(`${symbol} ${dataSource}`, { symbol, dataSource });
      }
      return [...watched.values()];
    },
    fetch: async ({ symbol, dataSource }, through, { correlationId, signal }) => {
      const provider = createProvider(
        providerOf(dataSource),
        providerSettings(providerOf(dataSource), environment),
      );
      const publisher = createPublisher({ service: 'ingestion' });
      const inRun = createIngestionService({
        pool: pools.ingestion,
        // Bars that a run fetched, and all that follows from them, share the run's id.
        publisher: {
          publishAll: (sql, events) =>
            publisher.publishAll(
              sql,
              events.map((event) => ({ ...event, correlationId })),
            ),
        },
      });
      const to = new Date(dailyBarStart(through).getTime() + DAY_MS);
      const from = dailyBarStart(`${Number(through.slice(0, 4)) - HISTORY_YEARS}-01-01`);
      const summary = await inRun.ingestFromProvider({ provider, symbol, dataSource, from, to, signal });
      const { inserted, updated, unchanged, rejectedRows } = summary;
      return { inserted, updated, unchanged, rejected: rejectedRows };
    },
    check: async ({ symbol, dataSource }, date) => {
      const from = dailyBarStart(date);
      const bars = await ingestion.bars.range({
        symbol,
        dataSource,
        from,
        to: new Date(from.getTime() + DAY_MS),
      });
      const problems: QualityProblem[] = [];
      if (bars.length === 0) problems.push({ symbol, dataSource, message: `has no bar of ${date}` });
      return problems;
    },
    archiveBefore: async (date, { dryRun }) => {
      const parts = await ingestion.partitions.dropBefore(dailyBarStart(date), { dryRun });
      return parts.map(({ name, until }) => ({ name, until: until.toISOString() }));
    },
  };
}

function providerOf(dataSource: string): ProviderName {
  const { provider } = parseDataSource(dataSource);
  const known = PROVIDER_NAMES.find((name) => name === provider);
  if (known !== undefined) return known;
  throw new TradingError(
    'CLI.NO_PROVIDER',
    `bars of ${dataSource} can't be fetched; series of ${PROVIDER_NAMES.join(', ')} can`,
    { details: { dataSource } },
  );
}
