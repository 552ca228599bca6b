import type { BarProvider, QualityFinding } from '@trading/ingestion';
import { dailyBarStart, endOfDate, parseDataSource, strategyParameters } from '@trading/model';
import type { TradingSystem } from '@trading/system';
import type { FlowServices, QualityProblem, WatchedSeries } from '../catalogue/flowServices';

/** Who has bars of a series. @throws TradingError where nobody has, or a key is missing */
export type ProviderOf = (dataSource: string) => BarProvider;

/** How far back a series that is new is fetched. */
const HISTORY_YEARS = 2;

/** Bars for flows: the series that measured strategies read and trade at. */
export function flowMarketData(system: TradingSystem, providerOf: ProviderOf): FlowServices['marketData'] {
  const { ingestion, strategy } = system;
  return {
    watched: async () => {
      const watched = new Map<string, WatchedSeries>();
      for (const { measured, parameters } of await strategy.list()) {
        const read = strategyParameters.safeParse(parameters);
        if (!measured || !read.success) continue;
        for (const symbol of read.data.symbols)
          for (const dataSource of [read.data.tradingSource, read.data.signalSource])
            watched.set(`${symbol} ${dataSource}`, { symbol, dataSource });
      }
      return [...watched.values()];
    },
    fetch: async ({ symbol, dataSource }, through, signal) => {
      const provider = providerOf(dataSource);
      const wanted = dailyBarStart(`${Number(through.slice(0, 4)) - HISTORY_YEARS}-01-01`);
      // Of some series the provider has less.
      const earliest = provider.earliest(parseDataSource(dataSource), new Date());
      const from = earliest !== undefined && earliest > wanted ? earliest : wanted;
      const to = endOfDate(through);
      const summary = await ingestion.ingestFromProvider({ provider, symbol, dataSource, from, to, signal });
      const { inserted, updated, unchanged, rejectedRows } = summary;
      return { inserted, updated, unchanged, rejected: rejectedRows };
    },
    check: async ({ symbol, dataSource }, date) => {
      const [from, to] = [dailyBarStart(date), endOfDate(date)];
      return (await ingestion.quality.check({ symbol, dataSource, from, to })).flatMap(problemOf);
    },
    archiveBefore: async (date, { dryRun }) => {
      const parts = await ingestion.partitions.dropBefore(dailyBarStart(date), { dryRun });
      return parts.map(({ name, until }) => ({ name, until: until.toISOString() }));
    },
  };
}

/** What a check found, unless it found nothing. A series that is traded and lacks the day's session is not fit for it. */
function problemOf(finding: QualityFinding): QualityProblem[] {
  const { symbol, dataSource, check, timestamp, message } = finding;
  if (finding.status === 'pass') return [];
  const status = check === 'missing_session' ? 'fail' : finding.status;
  return [{ symbol, dataSource, check, status, bar: timestamp?.toISOString() ?? null, message }];
}
