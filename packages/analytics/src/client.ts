import { createScopedClient, type ScopedClientOptions } from '@trading/database';
import type { PrismaClient } from './generated/client/client';

const generated = (): typeof import('./generated/client/client') => require('./generated/client/client');

/** A Prisma client that knows the `analytics` schema only. */
export type AnalyticsClient = PrismaClient;

/**
 * Opens the analytics service's Prisma client: over a pool that the caller shares with SQL and COPY, or over one of its
 * own, which `$disconnect()` closes.
 */
export function createAnalyticsClient(options: ScopedClientOptions): AnalyticsClient {
  return createScopedClient<PrismaClient>(generated, 'analytics', options);
}
