import { setTimeout as delay } from 'node:timers/promises';
import { OWNER_ROLE, TRADING_DATABASE } from '@trading/database';
import { withConnection } from './adminConnection';
import { type MigrationStatus, readMigrationStatus, requireKnownMigrations } from './migrations';
import type { Progress } from './progress';
import { TRADING_CONNECTORS } from './provision';
import { runPrisma } from './runPrisma';
import { alterDatabaseTimezone, restrictConnect } from './sql/alterDatabase';
import { createDatabase, dropDatabase } from './sql/createDatabase';
import { isMigrating } from './sql/findMigrator';

/** Where to migrate and with what. */
export interface DeployOptions {
  readonly root: string;
  /** See `Layout.project`. */
  readonly project: string;
  readonly migrations: string;
  readonly ownerUrl: string;
  readonly adminUrl: string;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  /** Whether a database that no migration ever finished in may be made anew: on our own server only. */
  readonly mayRecreate: boolean;
}

/** How long another process's migration is waited for. */
const MIGRATOR_TIMEOUT_MS = 120_000;

/**
 * Runs `prisma migrate deploy` where the database is behind, and nothing where it isn't. Answers which migrations it applied.
 *
 * A migration that was cut off (power, kill -9) leaves a row that Prisma stops at. Each migration is one transaction, so
 * it is marked as rolled back and tried again.
 *
 * @throws TradingError `DATABASE.MIGRATION_FAILED` with Prisma's own message, `DATABASE.MIGRATIONS_UNKNOWN` before anything is
 *   applied
 */
export async function deployMigrations(options: DeployOptions): Promise<string[]> {
  const before = await settledStatus(options);
  requireKnownMigrations(before);
  if (before.pending.length === 0 && before.failed.length === 0) return [];
  if (before.interrupted.length > 0) await clearInterrupted(options, before);
  options.progress({ step: 'migrations.deploy', message: `Applying ${before.pending.length} migrations` });
  await runPrisma(['migrate', 'deploy'], { ...options, databaseUrl: options.ownerUrl });
  const after = await readMigrationStatus(options.ownerUrl, options.migrations);
  return after.applied.filter((name) => !before.applied.includes(name));
}

/** The status once nobody is migrating: a process that outlived its parent may still be at it. */
async function settledStatus(options: DeployOptions): Promise<MigrationStatus> {
  const deadline = Date.now() + MIGRATOR_TIMEOUT_MS;
  while ((await withConnection(options.ownerUrl, isMigrating)) && Date.now() < deadline) {
    options.progress({ step: 'migrations.wait', message: 'Waiting for another migration to finish' });
    await delay(200);
  }
  return readMigrationStatus(options.ownerUrl, options.migrations);
}

async function clearInterrupted(options: DeployOptions, status: MigrationStatus): Promise<void> {
  if (options.mayRecreate && status.applied.length === 0) {
    options.progress({
      step: 'migrations.recreate',
      message: 'The first migration was cut off: beginning anew',
    });
    await withConnection(options.adminUrl, async (client) => {
      await dropDatabase(client, TRADING_DATABASE);
      await createDatabase(client, { name: TRADING_DATABASE, owner: OWNER_ROLE });
      await restrictConnect(client, TRADING_DATABASE, TRADING_CONNECTORS);
      await alterDatabaseTimezone(client, TRADING_DATABASE);
    });
    return;
  }
  for (const name of status.interrupted) {
    options.progress({ step: 'migrations.resolve', message: `${name} was cut off: trying it again` });
    await runPrisma(['migrate', 'resolve', '--rolled-back', name], {
      ...options,
      databaseUrl: options.ownerUrl,
    });
  }
}
