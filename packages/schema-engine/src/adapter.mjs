// @ts-check
import { PrismaPg } from '@prisma/adapter-pg';
import { DriverAdapterError } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { isUnwantedAdvisoryLock } from './advisoryLock.mjs';
import { rememberCharacterColumns } from './characterColumns.mjs';
import { SchemaEngineError } from './errors.mjs';
import { ScriptError } from './scriptError.mjs';

/** @typedef {import('@prisma/driver-adapter-utils').SqlDriverAdapter} SqlDriverAdapter */

/**
 * Makes an adapter for the engine out of a pool: `@prisma/adapter-pg`, corrected where it was made for
 * a client and not for migrations.
 *
 * - A script goes to the server whole. The adapter's own `executeScript` splits it at every semicolon,
 *   those within function bodies too.
 * - `"char"` columns arrive as characters.
 * - What goes wrong is reported in PostgreSQL's own words, with the place in the script.
 *
 * @param {object} options
 * @param {pg.Pool} options.pool an open pool of one connection
 * @param {string | undefined} options.schema the schema of unqualified names
 * @param {(failure: Error) => void} options.onFailure hears each failure in full, before the engine shortens it
 * @param {() => Promise<void>} options.dispose releases the pool and whatever came with it
 * @returns {Promise<SqlDriverAdapter>}
 */
export async function createAdapter({ pool, schema, onFailure, dispose }) {
  const characterColumns = rememberCharacterColumns(pool);
  const adapter = await new PrismaPg(pool, schema === undefined ? {} : { schema }).connect();

  /**
   * @template {unknown[]} P
   * @template R
   * @param {(...parameters: P) => Promise<R>} operation
   * @returns {(...parameters: P) => Promise<R>}
   */
  const reported =
    (operation) =>
    async (...parameters) => {
      try {
        return await operation(...parameters);
      } catch (error) {
        const failure = describeFailure(error);
        onFailure(failure);
        throw failure;
      }
    };
  const runScript = async (/** @type {string} */ script) => {
    try {
      await pool.query(script);
    } catch (error) {
      throw error instanceof pg.DatabaseError ? new ScriptError(error, script) : error;
    }
  };

  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    queryRaw: reported(async (query) => characterColumns.restore(await adapter.queryRaw(query))),
    executeRaw: reported(async (query) => {
      if (query.args.length > 0) return adapter.executeRaw(query);
      if (!isUnwantedAdvisoryLock(query.sql)) await runScript(query.sql);
      return 0;
    }),
    executeScript: reported(runScript),
    startTransaction: reported((isolationLevel) => adapter.startTransaction(isolationLevel)),
    getConnectionInfo: () => adapter.getConnectionInfo(),
    dispose: reported(dispose),
  };
}

/**
 * What PostgreSQL answered comes as a DriverAdapterError; anything else means that there was no answer.
 *
 * @param {unknown} error
 * @returns {Error}
 */
function describeFailure(error) {
  if (error instanceof DriverAdapterError || error instanceof SchemaEngineError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new SchemaEngineError(`Server has closed the connection (${reason}).`, {
    code: 'P1017',
    cause: error,
  });
}
