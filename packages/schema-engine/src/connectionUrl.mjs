// @ts-check
import { parse } from 'pg-connection-string';
import { SchemaEngineError } from './errors.mjs';
import { tlsAttempts, tlsParameters } from './tls.mjs';

/**
 * A database to connect to, taken apart. It is never kept as one string: with `pg` a connection
 * string outranks every other setting, so a changed database name beside one would go unheard.
 *
 * @typedef {object} Target
 * @property {string} host a name, an address, or the directory of a unix socket
 * @property {number} port
 * @property {string} user
 * @property {string | undefined} password
 * @property {string} database
 * @property {string | undefined} schema the schema that unqualified names mean; PostgreSQL's own search path without it
 * @property {string | undefined} options settings for the session, in the form of libpq's `options`
 * @property {number} connectTimeoutMs
 * @property {string | undefined} requireAuth the ways to log in that are accepted, as libpq's `require_auth` has them
 * @property {import('./tls.mjs').TlsAttempt[]} tls what to try, in order
 */

/** Prisma's own default for `connect_timeout`. */
const defaultConnectTimeoutSeconds = 5;

/**
 * Reads a Prisma connection URL.
 *
 * Understood beside the address: `schema`, `host` (a socket's directory), `port`, `options`,
 * `connect_timeout`, `require_auth` and the TLS parameters of `tls.mjs`. Prisma's parameters for the client's pool
 * mean nothing here and are passed over.
 *
 * @param {string} url
 * @returns {Target}
 * @throws {SchemaEngineError} P1013 when it is not a PostgreSQL URL
 */
export function parseConnectionUrl(url) {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw invalidUrl('It must start with postgresql:// or postgres://; this engine speaks PostgreSQL only.');
  }
  const { address, parameters } = splitParameters(url);
  const parsed = parseAddress(address, parameters.get('host'));
  const reason = parsed.host === unconfiguredHost ? parameters.get('reason') : null;
  if (reason) throw new SchemaEngineError(reason, { code: 'P1001' });
  const host = parsed.host || 'localhost';
  const user = parsed.user || process.env.USER || 'postgres';
  return {
    host,
    port: portNumber(parsed.port || parameters.get('port')),
    user,
    password: parsed.password || undefined,
    database: parsed.database || user,
    schema: parameters.get('schema') || undefined,
    options: parameters.get('options') || undefined,
    requireAuth: parameters.get('require_auth') || undefined,
    connectTimeoutMs: connectTimeoutMs(parameters.get('connect_timeout')),
    tls: host.startsWith('/') ? [false] : tlsAttempts(tlsParameters(parameters)),
  };
}

/** A host that can never be: `usePortableSchemaEngine`'s `unconfiguredDatabaseUrl` names it. */
const unconfiguredHost = 'unconfigured.invalid';

/**
 * Parts the query from the address, so that only this module gives parameters a meaning: the parser
 * would let `?database=` or `?user=` outrank the address.
 *
 * @param {string} url
 */
function splitParameters(url) {
  const mark = url.indexOf('?', url.lastIndexOf('@') + 1);
  if (mark < 0) return { address: url, parameters: new URLSearchParams() };
  return { address: url.slice(0, mark), parameters: new URLSearchParams(url.slice(mark + 1)) };
}

/**
 * @param {string} address
 * @param {string | null} socketDirectory
 */
function parseAddress(address, socketDirectory) {
  const query = socketDirectory ? `?host=${encodeURIComponent(socketDirectory)}` : '';
  try {
    return parse(address + query);
  } catch (error) {
    throw invalidUrl(
      'Percent-encode special characters in the user, the password and the database, such as %40 for @, %2F for / and %23 for #.',
      error,
    );
  }
}

/**
 * @param {string | null | undefined} port
 * @returns {number}
 */
function portNumber(port) {
  if (!port) return 5432;
  const number = Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    throw invalidUrl(`The port is '${port}', not a number from 1 to 65535.`);
  }
  return number;
}

/**
 * @param {string | null} seconds
 * @returns {number}
 */
function connectTimeoutMs(seconds) {
  const number = seconds ? Number(seconds) : defaultConnectTimeoutSeconds;
  if (!Number.isFinite(number) || number < 0) {
    throw invalidUrl(`connect_timeout is '${seconds}', not a number of seconds (0 waits for ever).`);
  }
  return number * 1000;
}

/**
 * @param {string} details
 * @param {unknown} [cause]
 */
function invalidUrl(details, cause) {
  return new SchemaEngineError(`The provided database string is invalid. ${details}`, {
    code: 'P1013',
    cause,
  });
}
