import type { Client } from 'pg';

/** One row of Prisma's bookkeeping. */
export interface MigrationRow {
  readonly name: string;
  /** SHA-256 of `migration.sql` as it was when it was applied, in hex. */
  readonly checksum: string;
  readonly isFinished: boolean;
  readonly isRolledBack: boolean;
  /** What went wrong; null also where the process that applied it was cut off. */
  readonly logs: string | null;
}

/** What Prisma recorded in this database, oldest first; undefined where it never recorded anything. */
export async function readMigrations(client: Client): Promise<MigrationRow[] | undefined> {
  const { rows: tables } = await client.query<{ exists: boolean }>(
    "SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS exists",
  );
  if (tables[0]?.exists !== true) return undefined;
  const { rows } = await client.query<MigrationRow>(
    `SELECT migration_name AS "name", checksum, finished_at IS NOT NULL AS "isFinished",
            rolled_back_at IS NOT NULL AS "isRolledBack", nullif(logs, '') AS "logs"
       FROM public._prisma_migrations
      ORDER BY started_at`,
  );
  return rows;
}
