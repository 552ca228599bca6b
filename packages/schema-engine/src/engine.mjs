// @ts-check
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { AdapterFactory } from './adapterFactory.mjs';
import { fromEngine, SchemaEngineError } from './errors.mjs';
import { migrationFailure } from './migrationFailure.mjs';
import { nameInOrder } from './migrationName.mjs';
import { createWasmEngine, panicMessage } from './wasm.mjs';

/**
 * @typedef {import('./connectionUrl.mjs').Target} Target
 * @typedef {import('./wasm.mjs').WasmEngine} WasmEngine
 */

/** The requests that the WASM engine answers itself, by the names of the protocol. */
const methods = /** @type {const} */ ({
  applyMigrations: 'applyMigrations',
  createMigration: 'createMigration',
  dbExecute: 'dbExecute',
  debugPanic: 'debugPanic',
  devDiagnostic: 'devDiagnostic',
  diagnoseMigrationHistory: 'diagnoseMigrationHistory',
  diff: 'diff',
  ensureConnectionValidity: 'ensureConnectionValidity',
  evaluateDataLoss: 'evaluateDataLoss',
  getDatabaseVersion: 'version',
  introspect: 'introspect',
  markMigrationApplied: 'markMigrationApplied',
  markMigrationRolledBack: 'markMigrationRolledBack',
  reset: 'reset',
  schemaPush: 'schemaPush',
});

/** @typedef {keyof typeof methods} EngineMethod */

/**
 * @param {string} method
 * @returns {method is EngineMethod}
 */
export function isEngineMethod(method) {
  return Object.hasOwn(methods, method);
}

/**
 * The WASM engine at one database, asked one thing after another.
 */
export class Engine {
  /** @type {WasmEngine | undefined} */
  #engine;
  /** @type {WasmEngine[]} */
  #stuck = [];
  #factory;
  #datamodels;
  /** @type {((error: unknown) => void) | undefined} */
  #abort;

  /**
   * @param {object} options
   * @param {[path: string, content: string][]} options.datamodels the project's schema files
   * @param {Target | undefined} options.target
   * @param {boolean} options.offline
   * @param {Target | undefined} options.shadow
   */
  constructor({ datamodels, target, offline, shadow }) {
    this.#datamodels = datamodels;
    this.#factory = new AdapterFactory({ target, offline, shadow });
  }

  /**
   * @param {EngineMethod} method
   * @param {unknown} params as the CLI sent them
   * @returns {Promise<unknown>}
   * @throws {SchemaEngineError}
   */
  async call(method, params) {
    if (panicMessage() !== undefined) throw fromEngine(undefined, panicMessage());
    this.#factory.takeFailure();
    try {
      return nameInOrder(method, params, await this.#callOrAbort(method, params));
    } catch (error) {
      const failure = this.#factory.takeFailure();
      if (failure instanceof SchemaEngineError) throw failure;
      throw migrationFailure(method, params, failure) ?? fromEngine(error, panicMessage());
    } finally {
      // By the time that the CLI has its answer, and may be gone, there is no shadow database left.
      await this.#factory.disposeShadowDatabases();
    }
  }

  /**
   * Fails the request under way: a panic of the WASM engine, or parameters that it cannot read, come as
   * an exception from nowhere and leave its promise open for ever.
   *
   * @param {unknown} error
   * @returns {boolean} whether there was one
   */
  abort(error) {
    if (this.#abort === undefined) return false;
    // It waits for the request for ever. Collecting it as garbage would throw, so it is kept.
    if (this.#engine !== undefined) this.#stuck.push(this.#engine);
    this.#engine = undefined;
    this.#abort(error);
    return true;
  }

  /** Stops what is under way, and drops the shadow databases. */
  async interrupt() {
    await Promise.all([this.#factory.cancel(), this.#factory.disposeShadowDatabases()]);
  }

  /**
   * @param {EngineMethod} method
   * @param {unknown} params
   */
  async #callOrAbort(method, params) {
    const aborted = new Promise((_resolve, reject) => {
      this.#abort = reject;
    });
    try {
      return await Promise.race([this.#callWasm(method, params), aborted]);
    } finally {
      this.#abort = undefined;
    }
  }

  /**
   * @param {EngineMethod} method
   * @param {unknown} params
   */
  async #callWasm(method, params) {
    this.#engine ??= await createWasmEngine(
      this.#datamodels,
      bindMigrationAwareSqlAdapterFactory(this.#factory),
    );
    const engine = this.#engine;
    const ask = (/** @type {EngineMethod} */ name, /** @type {unknown} */ value) => {
      const implementation = /** @type {(params: unknown) => Promise<unknown>} */ (engine[methods[name]]);
      return implementation.call(engine, value);
    };
    try {
      return await ask(method, params);
    } catch (error) {
      if (!isMissingHistory(error)) throw error;
      await ask('devDiagnostic', params);
      return ask(method, params);
    }
  }
}

/**
 * Whether the engine lacks the schema that the migrations make. `evaluateDataLoss` and others can use
 * it but not work it out, as `devDiagnostic` does and remembers; applying a migration in between makes
 * the engine forget it.
 *
 * @param {unknown} error
 */
function isMissingHistory(error) {
  return error instanceof Error && error.message.includes('must be provided through an external factory');
}
