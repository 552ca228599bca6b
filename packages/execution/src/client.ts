import { createScopedClient, type ScopedClientOptions } from '@trading/database';
import type { PrismaClient } from './generated/client/client';

const generated = (): typeof import('./generated/client/client') => require('./generated/client/client');

/** A Prisma client that knows the `execution` schema only. */
export type ExecutionClient = PrismaClient;

/**
 * Opens the execution service's Prisma client: over a pool that the caller shares with SQL and COPY, or over one of its
 * own, which `$disconnect()` closes.
 */
export function createExecutionClient(options: ScopedClientOptions): ExecutionClient {
  return createScopedClient<PrismaClient>(generated, 'execution', options);
}
