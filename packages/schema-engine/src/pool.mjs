// @ts-check
import { VerifiedClient } from '@trading/database/verified-client';
import pg from 'pg';
import { connectionError, isTlsRefusal } from './databaseErrors.mjs';
import { log } from './diagnostics.mjs';

/** @typedef {import('./connectionUrl.mjs').Target} Target */

/**
 * Opens a pool of one connection and makes sure that it can be used. One only, because the engine's
 * advisory lock belongs to the session that took it.
 *
 * @param {Target} target
 * @param {{ applicationName?: string }} [options]
 * @returns {Promise<pg.Pool>} to be ended by the caller
 * @throws {SchemaEngineError} when no connection can be had
 */
export async function openPool(target, { applicationName = 'prisma-schema-engine' } = {}) {
  /** @type {unknown} */
  let failure;
  for (const ssl of target.tls) {
    const pool = createPool(target, ssl, applicationName);
    try {
      const client = await pool.connect();
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
      serverProcesses.set(pool, rows[0].pid);
      client.release();
      return pool;
    } catch (error) {
      failure = error;
      await pool.end();
      if (ssl === false || !isTlsRefusal(error)) break;
    }
  }
  throw connectionError(failure, target);
}

/**
 * Cancels the statement that runs in a pool, if one does.
 *
 * @param {pg.Pool} pool one that `openPool` opened
 * @param {Target} target where
 */
export async function cancelStatement(pool, target) {
  const processId = serverProcesses.get(pool);
  if (processId === undefined || pool.idleCount > 0) return;
  const helper = await openPool(target);
  try {
    await helper.query('SELECT pg_cancel_backend($1)', [processId]);
  } finally {
    await helper.end();
  }
}

/**
 * The server's process behind each pool's connection.
 *
 * @type {WeakMap<pg.Pool, number>}
 */
const serverProcesses = new WeakMap();

/**
 * @param {Target} target
 * @param {import('./tls.mjs').TlsAttempt} ssl
 * @param {string} applicationName
 */
function createPool(target, ssl, applicationName) {
  const settings = [target.options, target.schema && `-c search_path=${settingValue(target.schema)}`];
  const pool = new pg.Pool({
    Client: VerifiedClient,
    ...(target.requireAuth === undefined ? {} : { require_auth: target.requireAuth }),
    host: target.host,
    port: target.port,
    user: target.user,
    password: target.password,
    database: target.database,
    ssl,
    application_name: applicationName,
    options: settings.filter(Boolean).join(' ') || undefined,
    connectionTimeoutMillis: target.connectTimeoutMs,
    max: 1,
    idleTimeoutMillis: 0,
  });
  // Without a listener, a server that stops would end this process in the middle of an answer.
  pool.on('error', (error) => log('WARN', `A database connection was lost: ${error.message}`));
  return pool;
}

/**
 * A schema's name as a value within libpq's `options`: quoted for PostgreSQL, and with the spaces and
 * backslashes escaped that part one setting from the next.
 *
 * @param {string} schema
 */
function settingValue(schema) {
  return `"${schema.replaceAll('"', '""')}"`.replace(/[\\ ]/g, '\\$&');
}
