// @ts-check
import { readFileSync } from 'node:fs';
import { SchemaEngineError } from './errors.mjs';

/**
 * One way to open a connection: `false` is in the clear.
 *
 * @typedef {import('node:tls').ConnectionOptions | false} TlsAttempt
 */

/**
 * The TLS parameters of a connection URL: `sslmode`, `sslrootcert`, `sslkey` as libpq has them, and
 * Prisma's `sslaccept`, `sslidentity`, `sslpassword`. `sslcert` is the client's certificate where
 * `sslkey` stands beside it (libpq), else the server's root certificate (Prisma).
 *
 * @typedef {Record<typeof names[number], string | undefined>} TlsParameters
 */

const names = /** @type {const} */ ([
  'sslmode',
  'sslaccept',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslidentity',
  'sslpassword',
]);

/**
 * @param {URLSearchParams} parameters
 * @returns {TlsParameters}
 */
export function tlsParameters(parameters) {
  return /** @type {TlsParameters} */ (
    Object.fromEntries(names.map((name) => [name, parameters.get(name) || undefined]))
  );
}

/**
 * What to try, in order. `prefer`, the default of libpq and of Prisma, is encrypted where the server
 * can and clear where it cannot. `pg` has no such mode, hence a list.
 *
 * @param {TlsParameters} parameters
 * @returns {TlsAttempt[]}
 * @throws {SchemaEngineError} P1013 for an unknown mode, P1011 for a file that cannot be read
 */
export function tlsAttempts(parameters) {
  const strict = parameters.sslaccept === 'strict';
  const mode = parameters.sslmode ?? 'prefer';
  const certificates = readCertificates(parameters);
  switch (mode) {
    case 'disable':
      return [false];
    case 'allow':
    case 'prefer':
      return [{ ...certificates, rejectUnauthorized: strict }, false];
    case 'require':
    case 'no-verify':
      return [{ ...certificates, rejectUnauthorized: strict }];
    case 'verify-ca':
      return [{ ...certificates, rejectUnauthorized: true, checkServerIdentity: () => undefined }];
    case 'verify-full':
      return [{ ...certificates, rejectUnauthorized: true }];
    default:
      throw new SchemaEngineError(
        `The provided database string is invalid. sslmode is '${mode}'; it may be disable, allow, prefer, require, verify-ca or verify-full.`,
        { code: 'P1013' },
      );
  }
}

/**
 * @param {TlsParameters} parameters
 * @returns {import('node:tls').ConnectionOptions}
 */
function readCertificates({ sslrootcert, sslcert, sslkey, sslidentity, sslpassword }) {
  const root = sslrootcert ?? (sslkey === undefined ? sslcert : undefined);
  return {
    ...(root !== undefined && root !== 'system' ? { ca: readFile('sslrootcert', root) } : {}),
    ...(sslkey !== undefined ? { key: readFile('sslkey', sslkey) } : {}),
    ...(sslkey !== undefined && sslcert !== undefined ? { cert: readFile('sslcert', sslcert) } : {}),
    ...(sslidentity !== undefined ? { pfx: readFile('sslidentity', sslidentity) } : {}),
    ...(sslpassword !== undefined ? { passphrase: sslpassword } : {}),
  };
}

/**
 * @param {string} name
 * @param {string} path
 */
function readFile(name, path) {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new SchemaEngineError(`Error opening a TLS connection: ${name}=${path} cannot be read`, {
      code: 'P1011',
      cause: error,
    });
  }
}
