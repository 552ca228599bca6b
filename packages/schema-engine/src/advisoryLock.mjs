// @ts-check
import pg from 'pg';
import { SchemaEngineError } from './errors.mjs';

/** The statement by which the engine makes sure that one migration runs at a time. */
export const advisoryLockStatement = /^\s*SELECT pg_advisory_lock\(\d+\)\s*;?\s*$/;

/** As long as Prisma's native engine waits. */
const timeoutMs = 10_000;
/** PostgreSQL's `lock_not_available`. */
const lockNotAvailable = '55P03';

/**
 * Takes the engine's advisory lock, or gives up when another migration holds it for too long. Left
 * out where the user set Prisma's `PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK`.
 *
 * @param {pg.Pool} pool
 * @param {string} statement
 * @throws {SchemaEngineError} P1002 after 10 seconds
 */
export async function takeAdvisoryLock(pool, statement) {
  const disabled = process.env.PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK;
  if (disabled && disabled !== '0' && disabled !== 'false') return;
  await pool.query(`SET lock_timeout = ${timeoutMs}`);
  try {
    await pool.query(statement);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === lockNotAvailable)) throw error;
    throw new SchemaEngineError(
      `The database server was reached but timed out.\n\nAnother migration has been running on this database for more than ${timeoutMs / 1000} seconds: it holds the lock of \`${statement.trim()}\`.\n\nPlease try again when it has ended. See https://pris.ly/d/migrate-advisory-locking for details.`,
      { code: 'P1002', cause: error },
    );
  } finally {
    await pool.query('RESET lock_timeout');
  }
}
