import { createScopedClient, type ScopedClientOptions } from '@trading/database';
import type { PrismaClient } from './generated/client/client';

const generated = (): typeof import('./generated/client/client') => require('./generated/client/client');

/** A Prisma client that knows the `data_ingestion` schema only. */
export type IngestionClient = PrismaClient;

/**
 * Opens the ingestion service's Prisma client: over a pool that the caller shares with SQL and COPY, or over one of its
 * own, which `$disconnect()` closes.
 */
export function createIngestionClient(options: ScopedClientOptions): IngestionClient {
  return createScopedClient<PrismaClient>(generated, 'ingestion', options);
}
