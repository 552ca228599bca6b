// @ts-check
import { createAdapter } from './adapter.mjs';
import { log } from './diagnostics.mjs';
import { SchemaEngineError } from './errors.mjs';
import { openExternalShadowDatabase } from './externalShadowDatabase.mjs';
import { createOfflineAdapter } from './offlineAdapter.mjs';
import { cancelStatement, openPool } from './pool.mjs';
import { createShadowDatabase } from './shadowDatabase.mjs';

/**
 * @typedef {import('./connectionUrl.mjs').Target} Target
 * @typedef {import('@prisma/driver-adapter-utils').SqlDriverAdapter} SqlDriverAdapter
 * @typedef {import('@prisma/driver-adapter-utils').SqlMigrationAwareDriverAdapterFactory} MigrationAwareFactory
 */

/**
 * Gives the engine its connections, and keeps count of the shadow databases, so that none outlives the
 * request that it was made for: the engine may keep one, or fail before it lets go.
 *
 * @implements {MigrationAwareFactory}
 */
export class AdapterFactory {
  /** @type {'postgres'} */
  provider = 'postgres';
  adapterName = '@prisma/adapter-pg';
  /** @type {Error | undefined} */
  #failure;
  /** @type {Set<import('pg').Pool>} */
  #pools = new Set();
  /** @type {Set<() => Promise<void>>} */
  #shadowDatabases = new Set();
  /** Opening ones, which a dispose must wait for. @type {Set<Promise<unknown>>} */
  #opening = new Set();

  /**
   * @param {object} options
   * @param {Target | undefined} options.target the real database; none for requests that need none
   * @param {boolean} options.offline whether the request works without the real database
   * @param {Target | undefined} options.shadow a shadow database that the user set aside
   */
  constructor({ target, offline, shadow }) {
    this.target = target;
    this.offline = offline;
    this.shadow = shadow;
  }

  /** @returns {Promise<SqlDriverAdapter>} */
  async connect() {
    const { target } = this;
    if (this.offline || target === undefined) return createOfflineAdapter();
    return this.#track(async () => {
      const pool = await openPool(target);
      this.#pools.add(pool);
      return this.#adapt(pool, target.schema, async () => {
        if (this.#pools.delete(pool)) await pool.end();
      });
    });
  }

  /** @returns {Promise<SqlDriverAdapter>} */
  async connectToShadowDb() {
    return this.#track(async () => {
      const database = await this.#openShadowDatabase();
      const dispose = async () => {
        if (this.#shadowDatabases.delete(dispose)) await database.dispose();
      };
      this.#shadowDatabases.add(dispose);
      return this.#adapt(database.pool, database.schema, dispose);
    });
  }

  #openShadowDatabase() {
    const { shadow, target } = this;
    if (shadow !== undefined) return openExternalShadowDatabase(shadow, target);
    if (target !== undefined) return createShadowDatabase(target);
    throw new SchemaEngineError(
      'This command replays the migrations in a shadow database, and prisma.config.ts names no server for it: set `datasource.url`, or `datasource.shadowDatabaseUrl`.',
    );
  }

  /** The latest failure in full, once: the engine passes on a part of it only. */
  takeFailure() {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  /** Drops the shadow databases that are still there. One that cannot be dropped is left to the next run. */
  async disposeShadowDatabases() {
    await Promise.allSettled(this.#opening);
    const results = await Promise.allSettled([...this.#shadowDatabases].map((dispose) => dispose()));
    for (const result of results) {
      if (result.status === 'rejected')
        log('WARN', `A shadow database could not be dropped: ${result.reason}`);
    }
  }

  /** Stops what runs in the real database, so that it is rolled back and not finished behind the user's back. */
  async cancel() {
    const { target } = this;
    if (target === undefined) return;
    await Promise.all([...this.#pools].map((pool) => cancelStatement(pool, target)));
  }

  /**
   * @param {import('pg').Pool} pool
   * @param {string | undefined} schema
   * @param {() => Promise<void>} dispose
   */
  #adapt(pool, schema, dispose) {
    const onFailure = (/** @type {Error} */ failure) => {
      this.#failure = failure;
    };
    return createAdapter({ pool, schema, onFailure, dispose });
  }

  /**
   * @template T
   * @param {() => Promise<T>} open
   * @returns {Promise<T>}
   */
  async #track(open) {
    const opening = open();
    this.#opening.add(opening);
    try {
      return await opening;
    } catch (error) {
      if (error instanceof Error) this.#failure = error;
      throw error;
    } finally {
      this.#opening.delete(opening);
    }
  }
}
