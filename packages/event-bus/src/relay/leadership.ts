import { clientSql, type ServicePool, type Sql } from '@trading/database';
import type { PoolClient } from 'pg';

// Two words that no one else locks with: the bus, and which of its locks.
const LOCK = "SELECT pg_try_advisory_lock(hashtext('event_bus'), hashtext($1)) AS leads";

/** Leads as long as its database session lives: PostgreSQL gives the lock to another when the session ends, however it ends. */
export class Leadership {
  readonly #pool: ServicePool;
  readonly #name: string;
  #client: PoolClient | undefined;

  constructor(pool: ServicePool, name: string) {
    this.#pool = pool;
    this.#name = name;
  }

  /**
   * Statements on the leader's own session, so that none of them works once leadership is lost; undefined while another
   * leads.
   *
   * @throws TradingError `DATABASE.*`
   */
  async acquire(): Promise<Sql | undefined> {
    if (this.#client !== undefined) return clientSql(this.#client);
    const client = await this.#pool.connect();
    try {
      // A leader that is cut off must lose its session within seconds, not after the system's two hours.
      await client.query(
        'SET tcp_keepalives_idle = 3; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3',
      );
      const [row] = await clientSql(client).query<{ leads: boolean }>(LOCK, [this.#name]);
      if (row?.leads !== true) {
        client.release();
        return undefined;
      }
    } catch (error) {
      client.release(true);
      throw error;
    }
    this.#client = client;
    client.once('error', () => this.resign());
    return clientSql(client);
  }

  /** Ends the session, and leadership with it. */
  resign(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.release(true);
  }
}
