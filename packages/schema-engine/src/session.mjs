// @ts-check
import { readFile } from 'node:fs/promises';
import { parseConnectionUrl } from './connectionUrl.mjs';
import { Engine, isEngineMethod } from './engine.mjs';
import { SchemaEngineError } from './errors.mjs';
import { createDatabase } from './maintenance.mjs';

/**
 * @typedef {import('./arguments.mjs').EngineArguments} EngineArguments
 * @typedef {import('./protocol.mjs').Connection} Connection
 */

/**
 * Answers the CLI's requests, with an engine for each database that they name.
 */
export class Session {
  /** @type {Map<string, Engine>} */
  #engines = new Map();
  /** @type {Promise<unknown>} */
  #previous = Promise.resolve();
  #options;

  /** @param {Pick<EngineArguments, 'datasource' | 'datamodelPaths'>} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * Answers a request, after those before it.
   *
   * @param {string} method
   * @param {unknown} params
   * @param {Connection} connection
   * @returns {Promise<unknown>}
   * @throws {SchemaEngineError}
   */
  handle(method, params, connection) {
    const answer = this.#previous.then(() => this.#answer(method, params, connection));
    this.#previous = answer.catch(() => undefined);
    return answer;
  }

  /**
   * Fails the requests under way for a reason that arose outside of them.
   *
   * @param {unknown} error
   * @returns {boolean} whether there were any
   */
  abort(error) {
    return [...this.#engines.values()].map((engine) => engine.abort(error)).includes(true);
  }

  /** Stops what is under way, and leaves nothing behind. */
  async interrupt() {
    await Promise.all([...this.#engines.values()].map((engine) => engine.interrupt()));
  }

  /**
   * @param {string} method
   * @param {unknown} params
   * @param {Connection} connection
   * @returns {Promise<unknown>}
   */
  async #answer(method, params, connection) {
    if (method === 'createDatabase') return this.#createDatabase(params);
    if (method === 'introspectSql') {
      // The WASM engine overflows its stack.
      throw new SchemaEngineError(
        'TypedSQL (`prisma generate --sql`) is not supported by this schema engine. Use $queryRaw, or set PRISMA_SCHEMA_ENGINE_BINARY to a native engine.',
      );
    }
    if (!isEngineMethod(method)) {
      throw new SchemaEngineError(`This schema engine has no method '${method}'.`);
    }
    const engine = await this.#engineFor(params);
    const result = await engine.call(method, params);
    return method === 'diff' ? printDiff(result, connection) : (result ?? {});
  }

  /** @param {unknown} params */
  async #createDatabase(params) {
    const target = parseConnectionUrl(this.#requireUrl(urlOf(params)));
    await createDatabase(target);
    return { databaseName: target.database };
  }

  /** @param {unknown} params */
  async #engineFor(params) {
    const { datasource } = this.#options;
    const offline = worksOffline(params);
    const url = urlOf(params) ?? datasource.url;
    const key = JSON.stringify([offline, url]);
    const known = this.#engines.get(key);
    if (known !== undefined) return known;
    const engine = new Engine({
      datamodels: await this.#readDatamodels(),
      target: offline && url === undefined ? undefined : targetOf(this.#requireUrl(url), offline),
      offline,
      shadow:
        datasource.shadowDatabaseUrl === undefined
          ? undefined
          : parseConnectionUrl(datasource.shadowDatabaseUrl),
    });
    this.#engines.set(key, engine);
    return engine;
  }

  /** @returns {Promise<[path: string, content: string][]>} */
  async #readDatamodels() {
    const paths = this.#options.datamodelPaths;
    if (paths.length === 0) return [placeholderSchema];
    return Promise.all(paths.map(readSchema));
  }

  /** @param {string | undefined} url */
  #requireUrl(url) {
    if (url !== undefined) return url;
    throw new SchemaEngineError('prisma.config.ts names no database: set `datasource.url` there.');
  }
}

/**
 * @param {string} url
 * @param {boolean} offline
 */
function targetOf(url, offline) {
  try {
    return parseConnectionUrl(url);
  } catch (error) {
    // Where no database is asked, a URL that leads nowhere does no harm.
    if (offline) return undefined;
    throw error;
  }
}

/**
 * For commands that the CLI starts without a schema; the engine wants one all the same.
 *
 * @type {[path: string, content: string]}
 */
const placeholderSchema = ['schema.prisma', 'datasource db {\n  provider = "postgresql"\n}\n'];

/**
 * @param {string} path
 * @returns {Promise<[path: string, content: string]>}
 */
async function readSchema(path) {
  try {
    return [path, await readFile(path, 'utf8')];
  } catch (error) {
    throw new SchemaEngineError(`The schema file ${path} cannot be read.`, { cause: error });
  }
}

/**
 * The database that a request itself names, by the protocol's tags.
 *
 * @param {unknown} params
 * @returns {string | undefined}
 */
function urlOf(params) {
  const { datasource, datasourceType, from, to } =
    /** @type {Record<string, { url?: unknown } | undefined>} */ (params ?? {});
  const url = [datasource, datasourceType, from, to]
    .map((part) => part?.url)
    .find((part) => part !== undefined);
  return typeof url === 'string' ? url : undefined;
}

/** The sides of a difference that no database has to be asked about; migrations are replayed in the shadow database. */
const offlineTags = new Set(['empty', 'schemaDatamodel', 'migrations']);

/** @param {unknown} params */
function worksOffline(params) {
  const { from, to } = /** @type {{ from?: { tag?: string }, to?: { tag?: string } }} */ (params ?? {});
  return offlineTags.has(from?.tag ?? '') && offlineTags.has(to?.tag ?? '');
}

/**
 * Has the CLI print a difference, which it expects to be told apart from the result.
 *
 * @param {unknown} result
 * @param {Connection} connection
 */
async function printDiff(result, connection) {
  const { stdout, exitCode } =
    /** @type {import('@prisma/schema-engine-wasm/schema_engine_bg').DiffResult} */ (result);
  if (stdout !== null && stdout !== undefined) await connection.request('print', { content: stdout });
  return { exitCode, stdout: null };
}
