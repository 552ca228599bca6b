import type { PrismaPg } from '@prisma/adapter-pg';
import { normalizeError } from './normalizeError';
import { createServicePool, type ServicePool, type ServicePoolOptions } from './pool';
import type { ServiceName } from './services';

/** A pool that the caller owns and shares with COPY and SQL, or a URL to open one that the client closes itself. */
export type ScopedClientOptions = { readonly pool: ServicePool } | Omit<ServicePoolOptions, 'service'>;

/** What every generated client has in common. */
interface GeneratedClient {
  $extends(extension: object): unknown;
  $disconnect(): Promise<void>;
}

/**
 * Makes a service's Prisma client over its pool. Its errors are `TradingError`s with a `DATABASE.*` code.
 *
 * @param load  gives the module that `prisma generate` wrote for the service. Called here, so that who works with SQL alone
 *   doesn't load Prisma's run time
 */
export function createScopedClient<Client extends GeneratedClient>(
  load: () => { readonly PrismaClient: new (options: { adapter: PrismaPg }) => Client },
  service: ServiceName,
  options: ScopedClientOptions,
): Client {
  const owned = !('pool' in options);
  const pool = owned ? createServicePool({ ...options, service }) : options.pool;
  const { PrismaPg }: typeof import('@prisma/adapter-pg') = require('@prisma/adapter-pg');
  const { PrismaClient } = load();
  const adapter = new PrismaPg(pool, { disposeExternalPool: owned });
  const client = new PrismaClient({ adapter }).$extends({
    query: {
      async $allOperations({ args, query }: { args: unknown; query: (args: unknown) => Promise<unknown> }) {
        try {
          return await query(args);
        } catch (error) {
          throw normalizeError(error);
        }
      },
    },
  });
  // A query extension adds and removes no model; Prisma types the result as a new, unnamed client.
  return client as Client;
}
