import { createServicePool, inTransaction } from '@trading/database';
import { listenForArming, seededRandom } from '@trading/testing/faults';
import { createPublisher } from '../../src';
import { bars } from '../events';

/** What the harness hands over. */
export interface PublisherSettings {
  readonly url: string;
  readonly seed: number;
}

/** Asks for a burst of events over a few keys, by several transactions at once. */
export interface Burst {
  readonly burst: { readonly transactions: number; readonly keys: number; readonly seed: number };
}

const { url }: PublisherSettings = JSON.parse(process.argv[2] ?? '{}');
const reach = listenForArming();
const pool = createServicePool({ service: 'ingestion', url, max: 8 });
const publisher = createPublisher({ service: 'ingestion' });

/** One transaction: some events, sometimes slow between them so that numbers commit out of order, sometimes undone. */
async function publishOnce(random: ReturnType<typeof seededRandom>, keys: number): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const events = 1 + random.integer(4);
    for (let n = 0; n < events; n += 1) {
      // One at a time, not with the commit: numbers are to be handed out long before they commit.
      await publisher.publish({ query: tx.query }, 'market_data_updated', bars(`K${random.integer(keys)}`));
      if (random.integer(3) === 0) await tx.query('SELECT pg_sleep($1)', [random.integer(8) / 1_000]);
    }
    reach('appended');
    if (random.integer(10) === 0) await tx.query('SELECT 1 / 0');
  });
  reach('committed');
}

process.on('message', ({ burst }: Partial<Burst>) => {
  if (burst === undefined) return;
  const random = seededRandom(burst.seed);
  for (let n = 0; n < burst.transactions; n += 1) {
    // Undone on purpose, or cut off by the harness: what did not commit was not published.
    publishOnce(random, burst.keys).catch(() => {});
  }
});
pool.query('SELECT 1').then(
  () => process.send?.('ready'),
  () => process.send?.('ready'),
);
