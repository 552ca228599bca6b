import { createScopedClient, type ScopedClientOptions } from '@trading/database';
import type { PrismaClient } from './generated/client/client';

const generated = (): typeof import('./generated/client/client') => require('./generated/client/client');

/** A Prisma client that knows the `strategy_engine` schema only. */
export type StrategyClient = PrismaClient;

/**
 * Opens the strategy service's Prisma client: over a pool that the caller shares with SQL and COPY, or over one of its
 * own, which `$disconnect()` closes.
 */
export function createStrategyClient(options: ScopedClientOptions): StrategyClient {
  return createScopedClient<PrismaClient>(generated, 'strategy', options);
}
