import { parseDataSource } from '@trading/model';
import type { SourceRow } from '../src/barRow';
import { createProvider, type ProviderName, type ProviderSettings } from '../src/providers/createProvider';
import type { ProviderServer } from './providerServer';

/** The key and the secret that the tests' providers are given. */
export const KEY = 'k-0123456789-secret';
/** The moment at which they ask. */
export const NOW = new Date('2024-06-01T00:00:00Z');

/** A provider's adapter against a test's server; it waits for nobody and says how long it would have waited. */
export function provider(name: ProviderName, server: ProviderServer, http: ProviderSettings['http'] = {}) {
  const waits: number[] = [];
  const wait = async (ms: number) => {
    waits.push(ms);
  };
  const settings = {
    key: KEY,
    secret: KEY,
    baseUrl: server.url,
    callsPerMinute: 1_000,
    http: { wait, random: () => 1, ...http },
  };
  const bars = createProvider(name, settings);
  const fetchAll = async (
    source: string,
    symbol = 'AAPL',
    from = new Date('2024-01-01T00:00:00Z'),
  ): Promise<SourceRow[]> => {
    const rows: SourceRow[] = [];
    const range = { from, to: NOW, now: NOW };
    for await (const page of bars.pages({ symbol, source: parseDataSource(source), ...range }))
      rows.push(...page);
    return rows;
  };
  return { fetchAll, waits };
}

/** `2024-01-02T05:00:00.000Z yahoo 1/2/3/4 x5`, or the problems. */
export function shown(rows: readonly SourceRow[]): string[] {
  return rows.flatMap((row) =>
    row.kind === 'rejected'
      ? [`${row.line} rejected: ${row.problems.map(({ field, value }) => `${field}=${value}`).join(' ')}`]
      : row.bars.map(
          ({ timestamp, dataSource, open, high, low, close, volume }) =>
            `${timestamp.toISOString()} ${dataSource} ${open}/${high}/${low}/${close} x${volume}`,
        ),
  );
}
