// @ts-check
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { advisoryLockStatement, takeAdvisoryLock } from './advisoryLock.mjs';
import { rememberCharacterColumns } from './characterColumns.mjs';
import { ScriptError } from './scriptError.mjs';

/** @typedef {import('@prisma/driver-adapter-utils').SqlDriverAdapter} SqlDriverAdapter */

/**
 * Makes an adapter for the engine out of a pool: `@prisma/adapter-pg`, corrected where it was made for
 * a client and not for migrations.
 *
 * - A script goes to the server whole. The adapter's own `executeScript` splits it at every semicolon,
 *   those within function bodies too.
 * - `"char"` columns arrive as characters.
 * - The advisory lock that keeps two migrations apart is waited for, but not for ever.
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
  const runScript = async (/** @type {string} */ script) => {
    try {
      await pool.query(script);
    } catch (error) {
      const failure = error instanceof pg.DatabaseError ? new ScriptError(error, script) : error;
      if (failure instanceof Error) onFailure(failure);
      throw failure;
    }
  };

  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    queryRaw: async (query) => characterColumns.restore(await adapter.queryRaw(query)),
    executeRaw: async (query) => {
      if (query.args.length > 0) return adapter.executeRaw(query);
      if (advisoryLockStatement.test(query.sql)) await takeAdvisoryLock(pool, query.sql, onFailure);
      else await runScript(query.sql);
      return 0;
    },
    executeScript: runScript,
    startTransaction: (isolationLevel) => adapter.startTransaction(isolationLevel),
    getConnectionInfo: () => adapter.getConnectionInfo(),
    dispose,
  };
}
