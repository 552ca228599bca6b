// @ts-check
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { assertDifferentDatabase } from './databaseIdentity.mjs';
import { log } from './diagnostics.mjs';
import { dropShadowDatabase } from './dropShadowDatabase.mjs';
import { SchemaEngineError } from './errors.mjs';
import { openMaintenancePool } from './maintenance.mjs';
import { openPool } from './pool.mjs';

/** @typedef {import('./connectionUrl.mjs').Target} Target */

/**
 * A database in which the engine replays the migrations, to see what schema they make.
 *
 * @typedef {object} ShadowDatabase
 * @property {pg.Pool} pool one connection to it
 * @property {string | undefined} schema the schema of unqualified names
 * @property {() => Promise<void>} dispose closes the connection, and drops the database if it was made for this run, or warns that it could not; safe to call twice
 */

/**
 * Makes a shadow database of its own on the server of the real one.
 *
 * A run that is killed cannot drop its database. Each run therefore keeps a session open whose
 * application name is the database's name; a shadow database without such a session is a dead run's,
 * and the next run drops it.
 *
 * @param {Target} target the real database
 * @returns {Promise<ShadowDatabase>}
 * @throws {SchemaEngineError} P3014 where the role may not create databases
 */
export async function createShadowDatabase(target) {
  const name = newShadowName();
  const maintenance = await openMaintenancePool(target, name);
  try {
    await dropAbandoned(maintenance);
    await maintenance.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`).catch(refuseToCreate);
  } catch (error) {
    await maintenance.end();
    throw error;
  }

  /** @type {pg.Pool | undefined} */
  let pool;
  /** @type {Promise<void> | undefined} */
  let disposed;
  const drop = async () => {
    // Not waited for yet: a statement that still runs in the pool is cut off by the drop.
    const ended = pool?.end();
    try {
      await dropShadowDatabase(maintenance, name);
      await ended;
    } catch (error) {
      // The command is done by now, and a database left over harms no migration.
      log('WARN', `Could not drop the shadow database ${name}, which is left to the next run: ${error}`);
    } finally {
      await maintenance.end();
    }
  };
  const dispose = () => {
    disposed ??= drop();
    return disposed;
  };

  try {
    // The schema of the URL need not exist in a new database; migrations make it.
    pool = await openPool({ ...target, database: name });
    await assertDifferentDatabase({ shadow: pool, expectedName: name, real: maintenance, target });
    return { pool, schema: target.schema, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

const namePrefix = 'prisma_migrate_shadow_db_';
/** A UUID of version 8, which is for private schemes: Prisma's own engine makes version 4, and its databases are left alone. */
const ownName = `^${namePrefix}[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$`;

function newShadowName() {
  const uuid = randomUUID();
  return `${namePrefix}${uuid.slice(0, 14)}8${uuid.slice(15)}`;
}

/**
 * Drops what dead runs left. A database that another role is connected to is left for later, since
 * waiting for it to leave would hold up every run.
 *
 * @param {pg.Pool} maintenance
 */
async function dropAbandoned(maintenance) {
  const { rows } = await maintenance.query(
    `SELECT datname AS name
       FROM pg_database AS d
      WHERE datname ~ $1
        AND pg_has_role(datdba, 'USAGE')
        AND NOT EXISTS (SELECT FROM pg_stat_activity AS a
                         WHERE a.application_name = d.datname
                            OR a.datname = d.datname AND a.usename <> current_user)`,
    [ownName],
  );
  for (const { name } of rows) {
    try {
      await dropShadowDatabase(maintenance, name);
      log('INFO', `Dropped the shadow database ${name} of a run that was killed.`);
    } catch (error) {
      // Another run may be at it too; a database left over harms no migration.
      log('WARN', `Could not drop the abandoned shadow database ${name}: ${error}`);
    }
  }
}

/**
 * @param {unknown} error
 * @returns {never}
 */
function refuseToCreate(error) {
  throw new SchemaEngineError(
    `Prisma Migrate could not create the shadow database. Please make sure the database user has permission to create databases, or set datasource.shadowDatabaseUrl in prisma.config.ts. Read more about the shadow database (and workarounds) at https://pris.ly/d/migrate-shadow\n\nOriginal error: ${error instanceof Error ? error.message : error}`,
    { code: 'P3014', cause: error },
  );
}
