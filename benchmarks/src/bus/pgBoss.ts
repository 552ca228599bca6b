import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TradingEvent } from '@trading/model';
import { manyEffects } from './effects';
import { numberOf, type Side, type SideSettings } from './side';

const QUEUE = 'bus-bench';
const BATCH = 1_000;

interface Job {
  readonly data: TradingEvent;
}

interface Db {
  executeSql(text: string, values: readonly unknown[]): Promise<unknown>;
}

/** The part of pg-boss that is used. */
interface PgBoss {
  on(event: 'error', listener: (error: Error) => void): void;
  start(): Promise<unknown>;
  createQueue(name: string, options: object): Promise<void>;
  insert(name: string, jobs: readonly { data: object }[]): Promise<unknown>;
  send(name: string, data: object): Promise<unknown>;
  work(
    name: string,
    options: object,
    handler: (jobs: readonly Job[], db: Db) => Promise<void>,
  ): Promise<string>;
  offWork(name: string, options: object): Promise<void>;
}

/**
 * pg-boss with batches, continuous fetching while they are full, LISTEN, and the handler's writes in the transaction that
 * completes the batch.
 */
export async function openPgBoss({ consumerUrl, peersFolder }: SideSettings): Promise<Side> {
  const { PgBoss }: { PgBoss: new (options: object) => PgBoss } = createRequire(
    join(peersFolder, 'package.json'),
  )('pg-boss');
  // With a notification in each transaction commits queue behind one another: who publishes waits long for a connection.
  const boss = new PgBoss({
    connectionString: consumerUrl,
    useListenNotify: true,
    max: 10,
    connectionTimeoutMillis: 60_000,
  });
  boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
  await boss.start();
  await boss.createQueue(QUEUE, { notify: true });
  return {
    publishAll: async (events) =>
      void (await boss.insert(
        QUEUE,
        events.map((data) => ({ data })),
      )),
    publishOne: async (event) => void (await boss.send(QUEUE, event)),
    async consume(effects) {
      const options = {
        batchSize: BATCH,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: 0.5,
        transactional: true,
      };
      await boss.work(QUEUE, options, async (jobs, db) => {
        const { text, values } = manyEffects(
          'bench',
          jobs.map((job) => job.data),
          'exactly once',
        );
        await db.executeSql(text, values);
        effects(jobs.map((job) => numberOf(job.data.data)));
      });
      return () => boss.offWork(QUEUE, { wait: true });
    },
  };
}
