// @ts-check
// CommonJS and not compiled, because the schema engine needs it before anything is built.
const { Client } = require('pg');

/** What libpq calls the ways to log in, in its parameter `require_auth`. */
const DEFAULT_METHODS = ['scram-sha-256'];
const ANY_METHOD = ['scram-sha-256', 'md5', 'password', 'none'];

/** The code of the error with which a server is refused that didn't prove itself. */
const SERVER_UNVERIFIED = 'ERR_SERVER_UNVERIFIED';

class VerifiedClient extends Client {
  #methods;
  #hasProved = false;

  constructor(/** @type {any} */ config) {
    super(config);
    this.#methods = acceptedMethods(this, config);
  }

  _handleAuthCleartextPassword(/** @type {unknown} */ message) {
    if (this.#methods.includes('password')) super._handleAuthCleartextPassword(message);
    else this.#refuse('asked for the password in the clear', 'password');
  }

  _handleAuthMD5Password(/** @type {unknown} */ message) {
    if (this.#methods.includes('md5')) super._handleAuthMD5Password(message);
    else this.#refuse('asked for an MD5 digest of the password', 'md5');
  }

  _handleAuthSASLFinal(/** @type {unknown} */ message) {
    super._handleAuthSASLFinal(message);
    // The session ends only where the server's signature was right; what is wrong was reported as an error.
    if (this.saslSession === null) this.#hasProved = true;
  }

  _handleReadyForQuery(/** @type {unknown} */ message) {
    const asked = this.#methods.includes('password') || this.#methods.includes('md5');
    if (this.#hasProved || asked || this.#methods.includes('none')) super._handleReadyForQuery(message);
    else this.#refuse('let us in without asking for a proof', 'none');
  }

  /**
   * @param {string} what
   * @param {string} method
   */
  #refuse(what, method) {
    const { host, port, connection } = this;
    const error = new Error(
      `The server at ${host}:${port} ${what}, so it did not prove that it knows the password (SCRAM-SHA-256 does): it may be another program on that port. If it is the right server, connect with sslmode=verify-full, or add require_auth=${method} to the URL`,
    );
    connection.emit('error', Object.assign(error, { code: SERVER_UNVERIFIED }));
    connection.stream.destroy();
  }
}

/**
 * @param {any} client
 * @param {any} config
 * @returns {readonly string[]}
 */
function acceptedMethods(client, config) {
  const asked = config?.require_auth ?? parameterOf(config?.connectionString ?? config, 'require_auth');
  if (typeof asked === 'string' && asked !== '') return asked.split(',').map((method) => method.trim());
  // Nothing to lose: no password to give away, the kernel answers for a socket's owner, and TLS has proved the name.
  const isVerifiedTls = client.ssl && client.ssl.rejectUnauthorized !== false;
  const hasPassword = Boolean(client.password);
  return !hasPassword || client.host.startsWith('/') || isVerifiedTls ? ANY_METHOD : DEFAULT_METHODS;
}

/**
 * @param {unknown} url
 * @param {string} name
 */
function parameterOf(url, name) {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).searchParams.get(name) : undefined;
}

module.exports = { VerifiedClient, SERVER_UNVERIFIED };
