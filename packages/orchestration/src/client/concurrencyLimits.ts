import { isTradingError } from '@trading/model';
import type { ConcurrencyLimit } from './apiTypes';
import type { Transport } from './transport';

/** Slots that were taken, and must be renewed or given back: the server frees them by itself when the lease runs out. */
export interface ConcurrencyLease {
  readonly id: string;
  readonly limits: readonly string[];
}

/** Global limits: how many may do a thing at once, over all machines. */
export interface ConcurrencyLimitsResource {
  /** Creates the limit or changes it to that many slots. */
  set(name: string, limit: number): Promise<void>;
  /** @throws TradingError `PREFECT.NOT_FOUND` */
  byName(name: string): Promise<ConcurrencyLimit>;
  list(): Promise<ConcurrencyLimit[]>;
  /**
   * Takes slots of every named limit, or none. Undefined where they are all taken.
   *
   * @param leaseSeconds  60 unless told
   */
  acquire(
    names: readonly string[],
    options?: { slots?: number; leaseSeconds?: number },
  ): Promise<ConcurrencyLease | undefined>;
  renew(lease: ConcurrencyLease, leaseSeconds: number): Promise<void>;
  release(lease: ConcurrencyLease): Promise<void>;
  remove(name: string): Promise<void>;
}

/** How the server says that no slot is free. */
const LOCKED = 423;

/** Concurrency limits over a transport. */
export function createConcurrencyLimits({ http, safe, once }: Transport): ConcurrencyLimitsResource {
  const path = (name: string) => ({ params: { path: { id_or_name: name } } });
  return {
    set: async (name, limit) => {
      try {
        await safe(`setting limit ${name}`, () =>
          http.PATCH('/v2/concurrency_limits/{id_or_name}', { ...path(name), body: { limit, active: true } }),
        );
      } catch (error) {
        if (!isTradingError(error, 'PREFECT.NOT_FOUND')) throw error;
        await once(`creating limit ${name}`, () =>
          http.POST('/v2/concurrency_limits/', { body: { name, limit, active: true } }),
        );
      }
    },
    byName: (name) =>
      safe(`reading limit ${name}`, () => http.GET('/v2/concurrency_limits/{id_or_name}', path(name))),
    list: () =>
      safe('listing limits', () => http.POST('/v2/concurrency_limits/filter', { body: { limit: 200 } })),
    acquire: async (names, { slots = 1, leaseSeconds = 60 } = {}) => {
      try {
        const lease = await once(`taking slots of ${names.join(', ')}`, () =>
          http.POST('/v2/concurrency_limits/increment-with-lease', {
            body: { slots, names: [...names], mode: 'concurrency', lease_duration: leaseSeconds },
          }),
        );
        return { id: lease.lease_id, limits: lease.limits.map(({ name }) => name) };
      } catch (error) {
        if (isTradingError(error) && error.details.status === LOCKED) return undefined;
        throw error;
      }
    },
    renew: async ({ id }, leaseSeconds) => {
      await safe('renewing a lease', () =>
        http.POST('/v2/concurrency_limits/leases/{lease_id}/renew', {
          params: { path: { lease_id: id } },
          body: { lease_duration: leaseSeconds },
        }),
      );
    },
    release: async ({ id }) => {
      await safe('giving slots back', () =>
        http.POST('/v2/concurrency_limits/decrement-with-lease', { body: { lease_id: id } }),
      );
    },
    remove: async (name) => {
      await safe(`removing limit ${name}`, () =>
        http.DELETE('/v2/concurrency_limits/{id_or_name}', path(name)),
      );
    },
  };
}
