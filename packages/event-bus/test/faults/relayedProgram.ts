import { createServicePool } from '@trading/database';
import { connectRedis, createConsumer, createRedisTransport, createRelay } from '../../src';
import { GroupSource } from '../../src/source/groupSource';
import { ready } from '../ready';

/** What the test hands over. */
export interface RelayedSettings {
  readonly busUrl: string;
  readonly url: string;
  readonly redisUrl: string;
}

/** Sent for each event that was handled. */
export interface RelayedReport {
  readonly symbol: string;
  /** Events that came from the streams so far. */
  readonly fromStreams: number;
}

const { busUrl, url, redisUrl }: RelayedSettings = JSON.parse(process.argv[2] ?? '{}');
process.on('disconnect', () => process.exit(0));
const redis = connectRedis(redisUrl);
const transport = createRedisTransport({ url: redisUrl, auditMs: 600_000 });
const relay = createRelay({
  pool: createServicePool({ service: 'event_bus', url: busUrl }),
  redis,
  pollMs: 20,
});
const consumer = createConsumer({
  group: 'strategy',
  pool: createServicePool({ service: 'strategy', url }),
  source: transport.source,
  pollMs: 20,
  handlers: {
    market_data_updated: async (event) => {
      const { source } = consumer;
      const fromStreams = source instanceof GroupSource ? source.origins.upstream : 0;
      process.send?.({ symbol: event.data.symbol, fromStreams } satisfies RelayedReport);
    },
  },
});
// Whoever does not get through has the log to read; the test wants to see Redis used.
Promise.all([ready(redis), ready(transport.connection)]).then(() => {
  relay.start();
  consumer.start();
});
