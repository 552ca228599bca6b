import { createServicePool, type ServiceName } from '@trading/database';
import { listenForArming } from '@trading/testing/faults';
import { createConsumer } from '../../src';
import { brokenSource } from './brokenSources';

/** What the harness hands over. */
export interface ConsumerSettings {
  readonly url: string;
  readonly service: ServiceName;
  readonly group: string;
  readonly concurrency: number;
  readonly inbox?: boolean;
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
  handlers: {
    market_data_updated: async (event, { tx }) => {
      await tx.query(
        'INSERT INTO fault_effects.effects (consumer_group, event_id, key) VALUES ($1, $2, $3)',
        [settings.group, event.id, event.key],
        'effect',
      );
      reach('effect');
      if (broken === undefined && Math.random() * FAILS_ONE_IN < 1) throw new RangeError('now and then');
    },
  },
}).start();
process.send?.('ready');
