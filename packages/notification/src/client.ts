import { createScopedClient, type ScopedClientOptions } from '@trading/database';
import type { PrismaClient } from './generated/client/client';

const generated = (): typeof import('./generated/client/client') => require('./generated/client/client');

/** A Prisma client that knows the `notification` schema only. */
export type NotificationClient = PrismaClient;

/**
 * Opens the notification service's Prisma client: over a pool that the caller shares with SQL and COPY, or over one of its
 * own, which `$disconnect()` closes.
 */
export function createNotificationClient(options: ScopedClientOptions): NotificationClient {
  return createScopedClient<PrismaClient>(generated, 'notification', options);
}
