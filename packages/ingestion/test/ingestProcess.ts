import { createServicePool } from '@trading/database';
import { createIngestionService, createProvider } from '../src';
import { barsOf } from './barsOf';

/**
 * A process that a test kills: loads bars, and says so on its output after each commit that changed something. Ended by its parent.
 *
 * Arguments: the database's URL, then `bulk` and how many bars, or `provider` and the provider's URL.
 */
async function main([url = '', mode, subject = '']: readonly string[]): Promise<void> {
  await using pool = createServicePool({ url, service: 'ingestion' });
  const service = createIngestionService({ pool });
  const afterChunk = async ({ changes }: { readonly changes: readonly unknown[] }) => {
    if (changes.length > 0) process.stdout.write('chunk\n');
  };
  if (mode === 'bulk') {
    const bars = Array.from({ length: Number(subject) }, (_, day) => ({
      symbol: 'BULK',
      day,
      price: day + 1,
    }));
    await service.bulkIngest({ source: [barsOf(bars)], origin: 'test', chunkRows: 25, afterChunk });
  } else {
    await service.ingestFromProvider({
      provider: createProvider('polygon', { key: 'key', baseUrl: subject, callsPerMinute: 10_000 }),
      symbol: 'PAGED',
      dataSource: 'polygon',
      from: new Date('2020-01-01T00:00:00Z'),
      to: new Date('2022-01-01T00:00:00Z'),
      chunkBars: 7,
      afterChunk,
    });
  }
  process.stdout.write('done\n');
}

void main(process.argv.slice(2));
