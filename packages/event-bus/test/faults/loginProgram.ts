import { createServicePool, poolSql } from '@trading/database';
import { busKeys, connectRedis, createRelay } from '../../src';
import { readSystemId } from '../../src/sql/readSystemId';
import { ready } from '../ready';

/** What the test hands over. */
export interface LoginSettings {
  readonly busUrl: string;
  readonly redisUrl: string;
}

/** Sent when the relay is ready, and now and then after that: symbols that were announced, and those in the stream. */
export interface LoginReport {
  readonly heard: readonly string[];
  readonly entries: readonly string[];
}

const { busUrl, redisUrl }: LoginSettings = JSON.parse(process.argv[2] ?? '{}');
process.on('disconnect', () => process.exit(0));
const pool = createServicePool({ service: 'event_bus', url: busUrl });
const redis = connectRedis(redisUrl);
const listener = connectRedis(redisUrl);
const relay = createRelay({ pool, redis, pollMs: 20 });
const heard: string[] = [];

async function run(): Promise<void> {
  await Promise.all([ready(redis), ready(listener)]);
  listener.on('message', (_channel: string, json: string) => heard.push(JSON.parse(json).key));
  await listener.subscribe('data_sync:market_data_updated');
  const stream = busKeys(await readSystemId(poolSql(pool))).stream('market_data_updated');
  relay.start();
  const report = async () => {
    const found = await redis.xrange(stream, '-', '+').catch(() => []);
    const entries = found.map(([, fields]) => JSON.parse(fields[1] ?? '{}').key);
    process.send?.({ heard, entries } satisfies LoginReport);
    setTimeout(report, 20);
  };
  await report();
}

void run();
