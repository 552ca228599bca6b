// @ts-check
import pg from 'pg';
import { SchemaEngineError } from './errors.mjs';
import { openPool } from './pool.mjs';

/** @typedef {import('./connectionUrl.mjs').Target} Target */

/** Databases to stand in while another is created or dropped, the likeliest to be open to the role first. */
const maintenanceDatabases = ['postgres', 'template1'];

/**
 * Opens a connection from which databases can be created and dropped on the target's server.
 *
 * @param {Target} target
 * @param {string} applicationName
 * @returns {Promise<pg.Pool>} to be ended by the caller
 * @throws {SchemaEngineError} the reason why the target itself cannot be reached, when nothing else can either
 */
export async function openMaintenancePool(target, applicationName) {
  /** @type {unknown} */
  let failure;
  for (const database of [...maintenanceDatabases, target.database]) {
    try {
      // The session must not depend on a schema that only the target has.
      return await openPool({ ...target, database, schema: undefined }, { applicationName });
    } catch (error) {
      failure = error;
      // P1003 and P1010 are about that one database; anything else is about the server.
      if (!(error instanceof SchemaEngineError && (error.code === 'P1003' || error.code === 'P1010'))) break;
    }
  }
  throw failure;
}

/**
 * Creates the target database.
 *
 * @param {Target} target
 * @returns {Promise<void>}
 * @throws {SchemaEngineError} P1009 when it is there already
 */
export async function createDatabase(target) {
  const maintenance = await openMaintenancePool(target, 'prisma-schema-engine');
  try {
    await maintenance.query(`CREATE DATABASE ${pg.escapeIdentifier(target.database)}`);
  } catch (error) {
    throw creationError(error, target.database);
  } finally {
    await maintenance.end();
  }
}

/**
 * @param {unknown} error
 * @param {string} database
 */
function creationError(error, database) {
  const duplicate = error instanceof pg.DatabaseError && error.code === '42P04';
  const reason = error instanceof Error ? error.message : String(error);
  return duplicate
    ? new SchemaEngineError(`Database \`${database}\` already exists on the database server`, {
        code: 'P1009',
        cause: error,
      })
    : new SchemaEngineError(`Failed to create database: ${reason}`, { code: 'P3000', cause: error });
}
