import { createServicePool } from '@trading/database';
import { listenForArming } from '@trading/testing/faults';
import { connectRedis, createRelay } from '../../src';

/** What the harness hands over. */
export interface RelaySettings {
  readonly url: string;
  readonly redisUrl: string;
}

const { url, redisUrl }: RelaySettings = JSON.parse(process.argv[2] ?? '{}');
const reach = listenForArming();
const pool = createServicePool({ service: 'event_bus', url, max: 4 });
createRelay({
  pool,
  redis: connectRedis(redisUrl),
  batchSize: 7,
  pollMs: 10,
  onStep: reach,
}).start();
process.send?.('ready');
