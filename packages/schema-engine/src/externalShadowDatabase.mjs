// @ts-check
import pg from 'pg';
import { assertDifferentDatabase } from './databaseIdentity.mjs';
import { openPool } from './pool.mjs';

/**
 * @typedef {import('./connectionUrl.mjs').Target} Target
 * @typedef {import('./shadowDatabase.mjs').ShadowDatabase} ShadowDatabase
 */

/**
 * Takes the database that the user set aside with `datasource.shadowDatabaseUrl`, for servers where no
 * database may be created, and empties it.
 *
 * @param {Target} shadow
 * @param {Target | undefined} target the real database, if one is configured
 * @returns {Promise<ShadowDatabase>}
 * @throws {import('./errors.mjs').SchemaEngineError} when it turns out to be the real one; nothing is emptied then
 */
export async function openExternalShadowDatabase(shadow, target) {
  const pool = await openPool(shadow);
  try {
    if (target !== undefined) await assertNotReal(pool, shadow, target);
    await empty(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  /** @type {Promise<void> | undefined} */
  let disposed;
  return {
    pool,
    schema: shadow.schema,
    dispose() {
      disposed ??= pool.end();
      return disposed;
    },
  };
}

/**
 * @param {pg.Pool} pool
 * @param {Target} shadow
 * @param {Target} target
 */
async function assertNotReal(pool, shadow, target) {
  const expectedName = shadow.database;
  /** @type {pg.Pool | undefined} */
  let real;
  try {
    real = await openPool(target);
  } catch {
    // It cannot be asked who it is, as it may not exist yet; its name alone decides then.
    real = undefined;
  }
  try {
    await assertDifferentDatabase({ shadow: pool, expectedName, real, target });
  } finally {
    await real?.end();
  }
}

/**
 * Drops every schema that the role owns, extensions' own excepted.
 *
 * @param {pg.Pool} pool
 */
async function empty(pool) {
  const { rows } = await pool.query(
    `SELECT nspname AS name
       FROM pg_namespace AS n
      WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
        AND pg_has_role(nspowner, 'USAGE')
        AND NOT EXISTS (SELECT FROM pg_depend AS d
                         WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')`,
  );
  for (const { name } of rows) await pool.query(`DROP SCHEMA ${pg.escapeIdentifier(name)} CASCADE`);
  await pool.query('CREATE SCHEMA IF NOT EXISTS public');
}
