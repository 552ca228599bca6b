import { createScopedClient, type ScopedClientOptions } from '@trading/database';
import type { PrismaClient } from './generated/client/client';

const generated = (): typeof import('./generated/client/client') => require('./generated/client/client');

/** A Prisma client that knows the `api` schema only. */
export type ApiClient = PrismaClient;

/**
 * Opens the API's Prisma client: over a pool that the caller shares with SQL, or over one of its own, which `$disconnect()`
 * closes.
 */
export function createApiClient(options: ScopedClientOptions): ApiClient {
  return createScopedClient<PrismaClient>(generated, 'api', options);
}
