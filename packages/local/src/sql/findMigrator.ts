import type { Client } from 'pg';

/** The key of the advisory lock that Prisma holds while it migrates. */
const PRISMA_LOCK = 72_707_369;

/** Whether a session is migrating this database right now. */
export async function isMigrating(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ busy: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_locks
                     WHERE locktype = 'advisory' AND granted AND objid = $1::oid
                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS busy`,
    [PRISMA_LOCK],
  );
  return rows[0]?.busy === true;
}
