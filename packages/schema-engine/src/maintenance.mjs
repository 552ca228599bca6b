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

/** `duplicate_database`, and what PostgreSQL says instead when two create it in the same moment. */
const createdByAnother = new Set(['42P04', '23505']);

/**
 * Makes sure that the target database is there. Another process may have created it since it was
 * missed; that is as good.
 *
 * @param {Target} target
 * @returns {Promise<void>}
 * @throws {SchemaEngineError} P3000 when it cannot be created
 */
export async function createDatabase(target) {
  const maintenance = await openMaintenancePool(target, 'prisma-schema-engine');
  try {
    await maintenance.query(`CREATE DATABASE ${pg.escapeIdentifier(target.database)}`);
  } catch (error) {
    if (error instanceof pg.DatabaseError && createdByAnother.has(error.code ?? '')) return;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SchemaEngineError(`Failed to create database: ${reason}`, { code: 'P3000', cause: error });
  } finally {
    await maintenance.end();
  }
}
