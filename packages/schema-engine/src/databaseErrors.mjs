// @ts-check
import { SERVER_UNVERIFIED } from '@trading/database/verified-client';
import pg from 'pg';
import { SchemaEngineError } from './errors.mjs';

/** @typedef {import('./connectionUrl.mjs').Target} Target */

/**
 * Names a server in a message, without its credentials.
 *
 * @param {Pick<Target, 'host' | 'port'>} target
 */
export function addressOf({ host, port }) {
  if (host.startsWith('/')) return host;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Says in Prisma's codes why no connection could be had.
 *
 * @param {unknown} error what `pg` threw
 * @param {Target} target
 * @returns {SchemaEngineError}
 */
export function connectionError(error, target) {
  const address = addressOf(target);
  const message = messageOf(error);
  const failure = (/** @type {string} */ code, /** @type {string} */ text) =>
    new SchemaEngineError(text, { code, cause: error });

  switch (error instanceof pg.DatabaseError ? error.code : undefined) {
    case '28P01':
      return failure(
        'P1000',
        `Authentication failed against database server at \`${address}\`, the provided database credentials for \`${target.user}\` are not valid.\n\nPlease make sure to provide valid database credentials for the database server at \`${address}\`.`,
      );
    case '3D000':
      return failure(
        'P1003',
        `Database \`${target.database}\` does not exist on the database server at \`${address}\`.`,
      );
    case '28000':
    case '42501':
      return failure(
        'P1010',
        `User \`${target.user}\` was denied access on the database \`${target.database}\` (${message}).`,
      );
    case '53300':
      return failure('P2037', `Too many database connections opened: ${message}`);
    case '57P03':
      return failure('P1001', `Can't use the database server at \`${address}\` yet: ${message}.`);
  }
  if (error instanceof Error && 'code' in error && error.code === SERVER_UNVERIFIED)
    return failure('P1000', message);
  if (isTlsError(error)) return failure('P1011', `Error opening a TLS connection: ${message}`);
  if (/password must be a string|client password/i.test(message)) {
    return failure(
      'P1000',
      `The database server at \`${address}\` asks \`${target.user}\` for a password, and the URL has none.`,
    );
  }
  if (/timeout/i.test(message)) {
    return failure(
      'P1002',
      `The database server at \`${address}\` was not reached within ${target.connectTimeoutMs / 1000} seconds.\n\nPlease make sure your database server is running at \`${address}\`.`,
    );
  }
  return failure(
    'P1001',
    `Can't reach database server at \`${address}\`\n\nPlease make sure your database server is running at \`${address}\`.`,
  );
}

/**
 * Whether the server has no TLS at all, so that `sslmode=prefer` may go on in the clear.
 *
 * @param {unknown} error
 */
export function isTlsRefusal(error) {
  return messageOf(error) === 'The server does not support SSL connections';
}

/** @param {unknown} error */
function isTlsError(error) {
  return (
    isTlsRefusal(error) ||
    (error instanceof Error &&
      'code' in error &&
      /CERT|SSL|TLS|SIGNED|ISSUER|SIGNATURE/.test(String(error.code)))
  );
}

/**
 * Node reports a name with several addresses as an error of errors, with no message of its own.
 *
 * @param {unknown} error
 * @returns {string}
 */
function messageOf(error) {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
