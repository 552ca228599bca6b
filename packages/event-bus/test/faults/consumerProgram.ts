import { createServicePool, poolSql, type ServiceName } from '@trading/database';
import type { TradingEvent } from '@trading/model';
import { listenForArming } from '@trading/testing/faults';
import { type BatchContext, createConsumer, createSharedLogReader } from '../../src';
import { brokenSource } from './brokenSources';

/** What the harness hands over. */
export interface ConsumerSettings {
  readonly url: string;
  readonly service: ServiceName;
  readonly group: string;
  readonly concurrency: number;
  readonly inbox?: boolean;
  /** Handles a batch at a time, with two statements, from what a shared reader gives it. */
  readonly batched?: boolean;
  /** A reader that is known to be wrong: the harness must notice it. */
  readonly broken?: 'id beyond cursor' | 'acknowledges first';
}

const settings: ConsumerSettings = JSON.parse(process.argv[2] ?? '{}');
const reach = listenForArming();
const pool = createServicePool({ service: settings.service, url: settings.url, max: 4 });
const { broken } = settings;
/** One attempt in so many fails, so that some events are always parked, also while programs die. */
const FAILS_ONE_IN = 12;
const source = broken === undefined ? undefined : brokenSource(broken, pool);

createConsumer({
  group: settings.group,
  pool,
  concurrency: settings.concurrency,
  inbox: settings.inbox ?? false,
  batchSize: 5,
  pollMs: 20,
  maxAttempts: 1_000,
  backoff: { firstMs: 5, maxMs: 50 },
  onStep: reach,
  ...(source === undefined ? {} : { source }),
  ...(settings.batched === true
    ? { log: createSharedLogReader(poolSql(pool)), batchHandlers: { market_data_updated: handleBatch } }
    : { handlers: { market_data_updated: (event, { tx }) => handleBatch([event], { tx }) } }),
}).start();
process.send?.('ready');

/** Leaves an effect for each event, those of the first half with a statement of their own: a batch may end between the two. */
async function handleBatch(events: readonly TradingEvent[], { tx }: Pick<BatchContext, 'tx'>): Promise<void> {
  const half = Math.ceil(events.length / 2);
  for (const some of [events.slice(0, half), events.slice(half)]) {
    if (some.length === 0) continue;
    await tx.query(
      `INSERT INTO fault_effects.effects (consumer_group, event_id, key)
       SELECT $1, event_id, key FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY AS e (event_id, key, place) ORDER BY place`,
      [settings.group, some.map(({ id }) => id), some.map(({ key }) => key)],
      'effect',
    );
    reach(some.length === events.length ? 'effect' : 'part of a batch');
  }
  if (broken === undefined && Math.random() * FAILS_ONE_IN < 1) throw new RangeError('now and then');
}
