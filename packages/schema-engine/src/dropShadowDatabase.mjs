// @ts-check
import pg from 'pg';

/** `object_in_use`: somebody is connected to the database. */
const objectInUse = '55006';

/**
 * Drops a shadow database, whoever is connected to it.
 *
 * The role's own sessions are ended first. The plain DROP then sends an autovacuum worker away, which
 * FORCE may not do for an ordinary role, and itself waits some seconds for all others to leave; FORCE is
 * for those of them that the role may end.
 *
 * @param {pg.Pool} maintenance a connection to another database of the server
 * @param {string} name
 * @returns {Promise<void>}
 * @throws {pg.DatabaseError} when it is still there
 */
export async function dropShadowDatabase(maintenance, name) {
  const drop = `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)}`;
  await maintenance.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename = current_user',
    [name],
  );
  try {
    await maintenance.query(drop);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === objectInUse)) throw error;
    await maintenance.query(`${drop} WITH (FORCE)`);
  }
}
