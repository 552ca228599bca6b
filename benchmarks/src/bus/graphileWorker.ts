import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TradingEvent } from '@trading/model';
import { Pool } from 'pg';
import { oneEffect } from './effects';
import { numberOf, type Side, type SideSettings } from './side';

const TASK = 'bus_bench';
const CONCURRENCY = 24;

interface AddableJob {
  readonly identifier: string;
  readonly payload: object;
}

/** The part of graphile-worker that is used. */
interface GraphileWorker {
  makeWorkerUtils(options: object): Promise<{
    addJob(identifier: string, payload: object): Promise<unknown>;
    addJobs(jobs: readonly AddableJob[]): Promise<unknown>;
    migrate(): Promise<void>;
  }>;
  run(options: {
    readonly pgPool: Pool;
    readonly preset: object;
    readonly taskList: Record<string, (payload: TradingEvent) => Promise<void>>;
  }): Promise<{ stop(): Promise<void> }>;
  readonly Logger: new (factory: () => () => void) => object;
}

/** graphile-worker with the settings of its documentation's page on performance. */
export async function openGraphileWorker({ consumerUrl, peersFolder }: SideSettings): Promise<Side> {
  const library: GraphileWorker = createRequire(join(peersFolder, 'package.json'))('graphile-worker');
  const pgPool = new Pool({ connectionString: consumerUrl, max: CONCURRENCY + 2 });
  // It asks for these of a pool that it is given.
  pgPool.on('error', () => {});
  pgPool.on('connect', (client) => client.on('error', () => {}));
  const logger = new library.Logger(() => () => {});
  const utils = await library.makeWorkerUtils({ pgPool, logger });
  await utils.migrate();
  return {
    publishAll: async (events) =>
      void (await utils.addJobs(events.map((payload) => ({ identifier: TASK, payload })))),
    publishOne: async (event) => void (await utils.addJob(TASK, event)),
    async consume(effects) {
      const preset = {
        worker: {
          logger,
          concurrentJobs: CONCURRENCY,
          localQueue: { size: 500 },
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
        },
      };
      const taskList = {
        [TASK]: async (event: TradingEvent) => {
          await pgPool.query(oneEffect(event));
          effects([numberOf(event.data)]);
        },
      };
      const runner = await library.run({ pgPool, preset, taskList });
      return () => runner.stop();
    },
  };
}
