import { normalizeError, type ServicePool } from '@trading/database';
import type { PoolClient } from 'pg';

const CHANNEL = 'event_bus';

/** Tells consumers, in this process and in others, that there may be events: a hint, polling finds them without it. */
export interface WakeUp {
  /** Says that events were, or are about to be, committed. Many calls become one notification. */
  signal(): void;
  /** Says that events were committed: consumers of this process look at once, the others as after `signal`. */
  committed(): void;
  /** Calls back after each notification; returns what ends it. */
  onWake(callback: () => void): () => void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** How a wake-up is made. */
export interface WakeUpOptions {
  /** One connection of it listens for as long as anyone is interested. */
  readonly pool: ServicePool;
  /** How long notifications are held together. 2 ms: about as long as a publisher's commit takes. */
  readonly debounceMs?: number;
  /** How long after a lost connection to listen again. 1 s. */
  readonly reconnectMs?: number;
}

/** A wake-up over LISTEN and NOTIFY, which are never part of a publisher's transaction. */
export function createWakeUp(options: WakeUpOptions): WakeUp {
  return new PostgresWakeUp(options);
}

class PostgresWakeUp implements WakeUp {
  readonly #pool: ServicePool;
  readonly #debounceMs: number;
  readonly #reconnectMs: number;
  readonly #callbacks = new Set<() => void>();
  #pending: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #listening: Promise<PoolClient | undefined> | undefined;
  #closed = false;

  constructor({ pool, debounceMs = 2, reconnectMs = 1_000 }: WakeUpOptions) {
    this.#pool = pool;
    this.#debounceMs = debounceMs;
    this.#reconnectMs = reconnectMs;
  }

  signal(): void {
    if (this.#closed || this.#pending !== undefined) return;
    this.#pending = setTimeout(() => {
      this.#pending = undefined;
      this.#wakeAll();
      // A notification that is lost costs one polling interval, so its failure is nobody's problem. It needs a
      // transaction of its own, which would hold events back for as long as it waited for the disk.
      this.#pool.query(`SET LOCAL synchronous_commit = off; NOTIFY ${CHANNEL}`).catch(() => {});
    }, this.#debounceMs);
  }

  committed(): void {
    if (this.#closed) return;
    this.signal();
    this.#wakeAll();
  }

  onWake(callback: () => void): () => void {
    this.#callbacks.add(callback);
    this.#listening ??= this.#listen();
    return () => {
      this.#callbacks.delete(callback);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#pending);
    clearTimeout(this.#retry);
    this.#callbacks.clear();
    const client = await this.#listening;
    // The connection still listens: it must not go back to callers who expect a plain one.
    client?.release(true);
  }

  async #listen(): Promise<PoolClient | undefined> {
    try {
      const client = await this.#pool.connect();
      client.on('notification', () => this.#wakeAll());
      client.once('error', () => {
        client.release(true);
        this.#listenLater();
      });
      await client.query(`LISTEN ${CHANNEL}`);
      return client;
    } catch (error) {
      // Polling goes on meanwhile; whoever polls reports a database that is down.
      normalizeError(error);
      this.#listenLater();
      return undefined;
    }
  }

  #listenLater(): void {
    this.#listening = Promise.resolve(undefined);
    if (this.#closed) return;
    this.#retry = setTimeout(() => {
      this.#listening = this.#listen();
    }, this.#reconnectMs);
  }

  #wakeAll(): void {
    for (const callback of this.#callbacks) callback();
  }
}
