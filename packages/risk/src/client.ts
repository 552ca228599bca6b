import { createScopedClient, type ScopedClientOptions } from '@trading/database';
import type { PrismaClient } from './generated/client/client';

const generated = (): typeof import('./generated/client/client') => require('./generated/client/client');

/** A Prisma client that knows the `risk_management` schema only. */
export type RiskClient = PrismaClient;

/**
 * Opens the risk service's Prisma client: over a pool that the caller shares with SQL and COPY, or over one of its
 * own, which `$disconnect()` closes.
 */
export function createRiskClient(options: ScopedClientOptions): RiskClient {
  return createScopedClient<PrismaClient>(generated, 'risk', options);
}
