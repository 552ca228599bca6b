import { createServicePool, type ServiceName } from '@trading/database';
import { listenForArming } from '@trading/testing/faults';
import { createConsumer, createRedisTransport } from '../../src';
import { brokenSource } from './brokenSources';

/** What the harness hands over. */
export interface ConsumerSettings {
  readonly url: string;
  readonly service: ServiceName;
  readonly group: string;
  /** Without it the consumer reads the log itself. */
  readonly redisUrl?: string;
  readonly concurrency: number;
  /** A reader that is known to be wrong: the harness must notice it. */
  readonly broken?: 'id beyond cursor' | 'acknowledges first';
}

const settings: ConsumerSettings = JSON.parse(process.argv[2] ?? '{}');
const reach = listenForArming();
const pool = createServicePool({ service: settings.service, url: settings.url, max: 4 });
const transport =
  settings.redisUrl === undefined
    ? undefined
    : createRedisTransport({ url: settings.redisUrl, auditMs: 300 });
const { broken } = settings;
const source = broken === undefined ? transport?.source : brokenSource(broken, pool);

createConsumer({
  group: settings.group,
  pool,
  concurrency: settings.concurrency,
  batchSize: 5,
  pollMs: 20,
  maxAttempts: 1_000,
  backoff: { firstMs: 5, maxMs: 50 },
  onStep: reach,
  ...(source === undefined ? {} : { source }),
  ...(transport === undefined || broken !== undefined ? {} : { wakeUp: transport.wakeUp }),
  handlers: {
    market_data_updated: async (event, { tx }) => {
      await tx.query(
        'INSERT INTO fault_effects.effects (consumer_group, event_id, key) VALUES ($1, $2, $3)',
        [settings.group, event.id, event.key],
        'effect',
      );
      reach('effect');
    },
  },
}).start();
process.send?.('ready');
