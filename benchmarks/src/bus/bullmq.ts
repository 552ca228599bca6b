import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TradingEvent } from '@trading/model';
import { Pool } from 'pg';
import { oneEffect } from './effects';
import { numberOf, type Side, type SideSettings } from './side';

const QUEUE = 'bus-bench';
/** Effects wait for the disk: as many at once as the pool has connections keep both cores busy. */
const CONCURRENCY = 50;

/** The part of BullMQ that is used. */
interface BullMq {
  readonly Queue: new (
    name: string,
    options: object,
  ) => {
    add(name: string, data: object): Promise<unknown>;
    addBulk(jobs: readonly { name: string; data: object }[]): Promise<unknown>;
  };
  readonly Worker: new (
    name: string,
    process: (job: { readonly data: TradingEvent }) => Promise<void>,
    options: object,
  ) => { close(): Promise<void>; waitUntilReady(): Promise<unknown> };
}

/** BullMQ as its documentation on going to production and on concurrency has it; finished jobs are removed. */
export async function openBullMq({ redisUrl, consumerUrl, peersFolder }: SideSettings): Promise<Side> {
  const { Queue, Worker }: BullMq = createRequire(join(peersFolder, 'package.json'))('bullmq');
  const { hostname: host, port, username, password } = new URL(redisUrl);
  const connection = {
    host,
    port: Number(port),
    username,
    password: decodeURIComponent(password),
    maxRetriesPerRequest: null,
  };
  const queue = new Queue(QUEUE, { connection, defaultJobOptions: { removeOnComplete: true } });
  const pool = new Pool({ connectionString: consumerUrl, max: CONCURRENCY });
  return {
    publishAll: async (events) => void (await queue.addBulk(events.map((data) => ({ name: 'event', data })))),
    publishOne: async (event) => void (await queue.add('event', event)),
    async consume(effects) {
      const handle = async ({ data }: { readonly data: TradingEvent }) => {
        await pool.query(oneEffect(data));
        effects([numberOf(data.data)]);
      };
      const worker = new Worker(QUEUE, handle, { connection, concurrency: CONCURRENCY });
      await worker.waitUntilReady();
      return () => worker.close();
    },
  };
}
