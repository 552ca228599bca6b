import type {
  ScheduledRun,
  Worker,
  WorkPool,
  WorkPoolCreate,
  WorkPoolUpdate,
  WorkQueue,
  WorkQueueCreate,
} from './apiTypes';
import type { Transport } from './transport';

/** Work pools: where runs wait for workers of one kind. */
export interface WorkPoolsResource {
  /** @throws TradingError `PREFECT.CONFLICT` where there is one of that name */
  create(request: WorkPoolCreate): Promise<WorkPool>;
  /** @throws TradingError `PREFECT.NOT_FOUND` */
  byName(name: string): Promise<WorkPool>;
  list(): Promise<WorkPool[]>;
  update(name: string, change: WorkPoolUpdate): Promise<void>;
  remove(name: string): Promise<void>;
  /**
   * Runs that are due, the pool's and its queues' limits and priorities applied. Asking claims nothing: who sets a run to
   * Pending first has it.
   */
  scheduledRuns(
    name: string,
    options: { before: Date; queues?: readonly string[]; limit?: number },
  ): Promise<ScheduledRun[]>;
}

/** The queues of a work pool. */
export interface WorkQueuesResource {
  /** @throws TradingError `PREFECT.CONFLICT` where there is one of that name */
  create(pool: string, request: WorkQueueCreate): Promise<WorkQueue>;
  /** @throws TradingError `PREFECT.NOT_FOUND` */
  byName(pool: string, name: string): Promise<WorkQueue>;
  list(pool: string): Promise<WorkQueue[]>;
  remove(pool: string, name: string): Promise<void>;
}

/** The workers that serve a pool, as their heartbeats show. */
export interface WorkersResource {
  /** Says that the worker lives; makes it known at its first. */
  heartbeat(pool: string, worker: string, intervalSeconds: number): Promise<void>;
  list(pool: string): Promise<Worker[]>;
  remove(pool: string, worker: string): Promise<void>;
}

/** Work pools over a transport. */
export function createWorkPools({ http, safe, once }: Transport): WorkPoolsResource {
  const path = (name: string) => ({ params: { path: { name } } });
  return {
    create: (request) =>
      once(`creating work pool ${request.name}`, () => http.POST('/work_pools/', { body: request })),
    byName: (name) => safe(`reading work pool ${name}`, () => http.GET('/work_pools/{name}', path(name))),
    list: () => safe('listing work pools', () => http.POST('/work_pools/filter', { body: { limit: 200 } })),
    update: async (name, change) => {
      await safe(`changing work pool ${name}`, () =>
        http.PATCH('/work_pools/{name}', { ...path(name), body: change }),
      );
    },
    remove: async (name) => {
      await safe(`removing work pool ${name}`, () => http.DELETE('/work_pools/{name}', path(name)));
    },
    scheduledRuns: (name, { before, queues = [], limit }) =>
      safe(`looking for runs in ${name}`, () =>
        http.POST('/work_pools/{name}/get_scheduled_flow_runs', {
          ...path(name),
          body: {
            scheduled_before: before.toISOString(),
            ...(queues.length === 0 ? {} : { work_queue_names: [...queues] }),
            ...(limit === undefined ? {} : { limit }),
          },
        }),
      ),
  };
}

/** Work queues over a transport. */
export function createWorkQueues({ http, safe, once }: Transport): WorkQueuesResource {
  const path = (pool: string, name: string) => ({ params: { path: { work_pool_name: pool, name } } });
  const ofPool = (pool: string) => ({ params: { path: { work_pool_name: pool } } });
  return {
    create: (pool, request) =>
      once(`creating queue ${pool}/${request.name}`, () =>
        http.POST('/work_pools/{work_pool_name}/queues', { ...ofPool(pool), body: request }),
      ),
    byName: (pool, name) =>
      safe(`reading queue ${pool}/${name}`, () =>
        http.GET('/work_pools/{work_pool_name}/queues/{name}', path(pool, name)),
      ),
    list: (pool) =>
      safe(`listing the queues of ${pool}`, () =>
        http.POST('/work_pools/{work_pool_name}/queues/filter', { ...ofPool(pool), body: {} }),
      ),
    remove: async (pool, name) => {
      await safe(`removing queue ${pool}/${name}`, () =>
        http.DELETE('/work_pools/{work_pool_name}/queues/{name}', path(pool, name)),
      );
    },
  };
}

/** Workers over a transport. */
export function createWorkers({ http, safe }: Transport): WorkersResource {
  const ofPool = (pool: string) => ({ params: { path: { work_pool_name: pool } } });
  return {
    heartbeat: async (pool, worker, intervalSeconds) => {
      await safe(`sending the heartbeat of ${worker}`, () =>
        http.POST('/work_pools/{work_pool_name}/workers/heartbeat', {
          ...ofPool(pool),
          body: { name: worker, heartbeat_interval_seconds: intervalSeconds },
        }),
      );
    },
    list: (pool) =>
      safe(`listing the workers of ${pool}`, () =>
        http.POST('/work_pools/{work_pool_name}/workers/filter', {
          ...ofPool(pool),
          body: { limit: 200, offset: 0 },
        }),
      ),
    remove: async (pool, worker) => {
      await safe(`removing worker ${worker}`, () =>
        http.DELETE('/work_pools/{work_pool_name}/workers/{name}', {
          params: { path: { work_pool_name: pool, name: worker } },
        }),
      );
    },
  };
}
