import { createServicePool } from '@trading/database';
import { createPublisher } from '@trading/event-bus';
import { createIngestionService, createProvider } from '../src';
import { barsOf } from './barsOf';

/** Where the process dies: once it has heard that a chunk is committed, before it commits the next, or while it does. */
export type Death = 'after a commit' | 'before a commit' | 'in a commit';

/**
 * A process that loads bars and kills itself, with SIGKILL, around the n-th commit that changes something; one that has
 * no more than that to do ends by itself.
 *
 * Arguments: the database's URL, then `bulk` and how many bars, or `provider` and the provider's URL; then how many
 * commits, and the {@link Death}.
 */
async function main([url = '', mode, subject = '', commits, death]: readonly string[]): Promise<void> {
  let left = Number(commits);
  const die = () => void process.kill(process.pid, 'SIGKILL');
  await using pool = createServicePool({ url, service: 'ingestion', waitMs: 3_600_000 });
  const { publishAll } = createPublisher({ service: 'ingestion' });
  const service = createIngestionService({
    pool,
    publisher: {
      async publishAll(sql, events) {
        await publishAll(sql, events);
        if (left > 0) return;
        if (death === 'before a commit') die();
        // The commit goes out before this turn of the event loop is over, and no answer is heard before the next.
        if (death === 'in a commit') setImmediate(die);
      },
    },
  });
  const afterChunk = async ({ changes }: { readonly changes: readonly unknown[] }) => {
    if (changes.length > 0) left -= 1;
    if (left === 0 && death === 'after a commit') die();
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
      provider: createProvider('polygon', {
        key: 'key',
        baseUrl: subject,
        callsPerMinute: 10_000,
        // The test's own process answers, and may be kept waiting itself.
        http: { timeoutMs: 3_600_000 },
      }),
      symbol: 'PAGED',
      dataSource: 'polygon',
      from: new Date('2020-01-01T00:00:00Z'),
      to: new Date('2022-01-01T00:00:00Z'),
      chunkBars: 7,
      afterChunk,
    });
  }
}

void main(process.argv.slice(2));
