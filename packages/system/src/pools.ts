import {
  createServicePool,
  poolMax,
  SERVICE_NAMES,
  type ServiceName,
  type ServicePool,
} from '@trading/database';

/** Where the servers of a system are. What `trading up` remembers is one. */
export interface SystemConnection {
  /** The URL of each service's own role. */
  readonly services: Readonly<Record<ServiceName, string>>;
  /** Where events are also announced; none without. */
  readonly redisUrl?: string | undefined;
}

/** Each service's own pool, as its own role. */
export type ServicePools = Readonly<Record<ServiceName, ServicePool>> & AsyncDisposable;

/** Opens every service's pool; connections are made when they are first used. */
export function openPools(urls: Readonly<Record<ServiceName, string>>): ServicePools {
  const open = (service: ServiceName) =>
    createServicePool({ url: urls[service], service, max: poolMax(service) });
  const pools = Object.fromEntries(SERVICE_NAMES.map((service) => [service, open(service)])) as Record<
    ServiceName,
    ServicePool
  >;
  return {
    ...pools,
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(pools).map((pool) => pool.end()));
    },
  };
}
