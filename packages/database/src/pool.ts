import { performance } from 'node:perf_hooks';
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { VerifiedClient } from '../verifiedClient.cjs';
import { isPooled, requireSessionPooling } from './pooling';
import type { ServiceName } from './services';

/** How a service's pool is sized; the defaults are the project's budget. */
export interface ServicePoolOptions {
  /** `postgresql://role:password@host:port/trading_system`. */
  readonly url: string;
  /** Shown by PostgreSQL as application_name. */
  readonly service: ServiceName;
  /** Connections kept once opened. 10. */
  readonly base?: number;
  /** Connections at most; what is over `base` closes when idle. 30. */
  readonly max?: number;
  /** How long a caller waits for a free connection before `DATABASE.POOL_EXHAUSTED`. 30 s. */
  readonly waitMs?: number;
  /** A connection older than this is closed when it is returned. 3600 s. */
  readonly recycleSeconds?: number;
  /** How long a connection over `base` may idle. 30 s. */
  readonly idleMs?: number;
  /** A connection that sat idle for longer than this is checked before it is handed out. 1 s. */
  readonly checkAfterIdleMs?: number;
}

/** What a pool is doing and has done. */
export interface PoolFigures {
  readonly service: ServiceName;
  readonly max: number;
  /** Connections open now. */
  readonly size: number;
  readonly idle: number;
  /** Callers in the queue now. */
  readonly waiting: number;
  /** Connections handed out since the start. */
  readonly acquired: number;
  /** Total and longest wait for a connection, ms. */
  readonly waitMsTotal: number;
  readonly waitMsMax: number;
  /** Idle connections that turned out dead when checked. */
  readonly checksFailed: number;
}

type ConnectCallback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/** The budget: 10 connections kept, 20 more under load. */
export const POOL_DEFAULTS = {
  base: 10,
  max: 30,
  waitMs: 30_000,
  recycleSeconds: 3_600,
  idleMs: 30_000,
  checkAfterIdleMs: 1_000,
} as const;

/** The bus works through few connections: one relay, its upkeep and whoever asks after its state. */
export const BUS_POOL_MAX = 10;

/** So does the API: its reads are short, and a client of the live stream holds no connection. */
const API_POOL_MAX = 10;

/** Connections that a service's pool opens at most: its share of the budget. */
export function poolMax(service: ServiceName): number {
  if (service === 'event_bus') return BUS_POOL_MAX;
  return service === 'api' ? API_POOL_MAX : POOL_DEFAULTS.max;
}

/** How long a check of an idle connection may take before the connection counts as dead. */
const CHECK_TIMEOUT_MS = 2_000;

/**
 * One service's connections: a `pg.Pool` that checks what sat idle before it hands it out, and counts.
 * The scoped Prisma client and COPY streams share it. Close it with `end()`, or hold it with `await using`.
 */
export class ServicePool extends Pool {
  readonly service: ServiceName;
  readonly #checkAfterIdleMs: number;
  readonly #max: number;
  readonly #idleSince = new WeakMap<PoolClient, number>();
  readonly #url: string;
  /** Settled once it is known that sessions are a client's own. */
  #sessions: Promise<void> | undefined;
  #acquired = 0;
  #waitMsTotal = 0;
  #waitMsMax = 0;
  #checksFailed = 0;

  constructor(options: ServicePoolOptions) {
    const settings = { ...POOL_DEFAULTS, ...options };
    super(poolConfig(settings));
    this.service = options.service;
    this.#max = settings.max;
    this.#url = settings.url;
    this.#checkAfterIdleMs = settings.checkAfterIdleMs;
    // An idle connection that the server closes is dropped by pg; without a listener the event would end the process.
    this.on('error', () => {});
    // Likewise one that it closes between two statements of a transaction: the next statement reports it.
    this.on('connect', (client) => client.on('error', () => {}));
    this.on('release', (_error, client) => this.#idleSince.set(client, performance.now()));
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<PoolClient> | undefined {
    const acquired = this.#acquire();
    if (callback === undefined) return acquired;
    acquired.then(
      (client) =>
        callback(undefined, client, (release) => client.release(release as Error | boolean | undefined)),
      (error: Error) => callback(error, undefined, () => {}),
    );
    return undefined;
  }

  /** The pool's figures at this moment, for metrics. */
  figures(): PoolFigures {
    return {
      service: this.service,
      max: this.#max,
      size: this.totalCount,
      idle: this.idleCount,
      waiting: this.waitingCount,
      acquired: this.#acquired,
      waitMsTotal: this.#waitMsTotal,
      waitMsMax: this.#waitMsMax,
      checksFailed: this.#checksFailed,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  async #acquire(): Promise<PoolClient> {
    const started = performance.now();
    for (;;) {
      const client = await super.connect();
      await this.#requireSessions(client);
      if (await this.#isAlive(client)) {
        const waited = performance.now() - started;
        this.#acquired += 1;
        this.#waitMsTotal += waited;
        this.#waitMsMax = Math.max(this.#waitMsMax, waited);
        return client;
      }
      this.#checksFailed += 1;
      client.release(true);
    }
  }

  /** Asked on the first connection: everything here relies on sessions, so a pooler that shares them is refused at once. */
  async #requireSessions(client: PoolClient): Promise<void> {
    this.#sessions ??= isPooled(client).then((pooled) =>
      pooled ? requireSessionPooling(client, this.#url) : undefined,
    );
    try {
      await this.#sessions;
    } catch (error) {
      this.#sessions = undefined;
      client.release(true);
      throw error;
    }
  }

  /** A firewall or a failover can leave a connection that looks open and answers nothing. */
  async #isAlive(client: PoolClient): Promise<boolean> {
    const idleSince = this.#idleSince.get(client);
    if (idleSince === undefined || performance.now() - idleSince < this.#checkAfterIdleMs) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), CHECK_TIMEOUT_MS);
    });
    const answered = client.query('SELECT 1').then(
      () => true,
      () => false,
    );
    const alive = await Promise.race([answered, late]);
    clearTimeout(timer);
    return alive;
  }
}

// A machine that vanishes without a word would keep its transaction, and what that has locked, until the server's own
// keepalives notice: after two hours, as a rule.
const SERVER_KEEPALIVES =
  'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3';

function poolConfig(settings: Required<ServicePoolOptions>): PoolConfig {
  return {
    Client: VerifiedClient,
    connectionString: settings.url,
    application_name: `trading ${settings.service}`,
    min: settings.base,
    max: settings.max,
    connectionTimeoutMillis: settings.waitMs,
    maxLifetimeSeconds: settings.recycleSeconds,
    idleTimeoutMillis: settings.idleMs,
    keepAlive: true,
    onConnect: (client) => client.query(SERVER_KEEPALIVES),
  };
}

/** Opens a service's pool; connections are made when they are first needed. */
export function createServicePool(options: ServicePoolOptions): ServicePool {
  return new ServicePool(options);
}
