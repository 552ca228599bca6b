// @ts-check
import { SchemaEngineError } from './errors.mjs';

/** @typedef {import('./connectionUrl.mjs').Target} Target */

/**
 * Makes sure that a shadow database is what it should be, and above all not the real one: migrations
 * are replayed in it from nothing, which would destroy whatever is there.
 *
 * The servers are asked, since two URLs may lead to one database by different names.
 *
 * @param {object} options
 * @param {import('pg').Pool} options.shadow a connection to the shadow database
 * @param {string} options.expectedName the name that the shadow database must have
 * @param {import('pg').Pool | undefined} options.real a connection to the real database or another one of its server; none if it cannot be reached
 * @param {Target} options.target the real database
 * @returns {Promise<void>}
 * @throws {SchemaEngineError} when it is the wrong one, or may be
 */
export async function assertDifferentDatabase({ shadow, expectedName, real, target }) {
  const found = await identityOf(shadow);
  if (found.name !== expectedName) {
    throw refusal(`the connection leads to the database \`${found.name}\`, not to \`${expectedName}\``);
  }
  if (found.name !== target.database) return;
  if (real === undefined) {
    throw refusal(
      `it is called \`${found.name}\` like the real one, which cannot be reached to tell them apart. ${advice}`,
    );
  }
  if ((await identityOf(real)).serverStarted === found.serverStarted) {
    throw refusal(`it is \`${found.name}\`, the real one. ${advice}`);
  }
}

const advice =
  'Migrations are replayed in the shadow database after everything in it is dropped: give datasource.shadowDatabaseUrl a database of its own, or leave it out and one is made for each run';

/**
 * What tells one database from another: its name, and the moment its server started (to the
 * microsecond), which every role may read.
 *
 * @param {import('pg').Pool} pool
 * @returns {Promise<{ name: string, serverStarted: string }>}
 */
async function identityOf(pool) {
  const { rows } = await pool.query(
    'SELECT current_database() AS name, extract(epoch FROM pg_postmaster_start_time())::text AS "serverStarted"',
  );
  return rows[0];
}

/** @param {string} reason */
function refusal(reason) {
  return new SchemaEngineError(`Refused to use the shadow database: ${reason}.`);
}
