import { Pool } from 'pg';

/** What became of the events, as the effects' own table tells: nothing of the bus is asked but the log. */
export interface Verdict {
  readonly published: number;
  /** Effects that are missing, over all groups. */
  readonly lost: number;
  /** Effects too many. */
  readonly doubled: number;
  /** Effects that came after one of a later event of their key. */
  readonly reordered: number;
}

const JUDGE = `
  WITH groups AS (SELECT unnest($1::text[]) AS consumer_group),
  effects AS (
    SELECT e.n, e.consumer_group, e.event_id, e.key, o.xid, o.id
    FROM fault_effects.effects e LEFT JOIN event_bus.outbox o USING (event_id)
  ),
  inOrder AS (
    SELECT xid, id, lag(xid) OVER w AS before_xid, lag(id) OVER w AS before_id FROM effects
    WINDOW w AS (PARTITION BY consumer_group, key ORDER BY n)
  )
  SELECT (SELECT count(*)::int FROM event_bus.outbox) AS published,
    (SELECT count(*)::int FROM event_bus.outbox o CROSS JOIN groups g WHERE NOT EXISTS (
      SELECT 1 FROM effects e WHERE e.consumer_group = g.consumer_group AND e.event_id = o.event_id)) AS lost,
    (SELECT (count(*) - count(DISTINCT (consumer_group, event_id)))::int FROM effects) AS doubled,
    (SELECT count(*)::int FROM inOrder WHERE (xid, id) < (before_xid, before_id)) AS reordered`;

/** Events that have no effect although the group's checkpoint is beyond them, in the order in which its reader goes. */
const PASSED_BY = {
  'id beyond cursor': 'o.id <= g.last_id',
  'acknowledges first': '(o.xid, o.id) <= (g.last_xid, g.last_id)',
} as const;

/** The effects' table, and the judge over it. */
export class Ledger {
  readonly #pool: Pool;
  readonly #groups: readonly string[];

  constructor(adminUrl: string, groups: readonly string[]) {
    this.#pool = new Pool({ connectionString: adminUrl, max: 2 });
    // The harness cuts connections and crashes the server: the next look gets a new one.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
    this.#groups = groups;
  }

  async create(): Promise<void> {
    await this.#pool.query(`
      CREATE SCHEMA fault_effects;
      CREATE TABLE fault_effects.effects (n bigserial, consumer_group text, event_id uuid, key text);
      CREATE INDEX ON fault_effects.effects (event_id, consumer_group);
      GRANT USAGE ON SCHEMA fault_effects TO PUBLIC;
      GRANT ALL ON ALL TABLES IN SCHEMA fault_effects TO PUBLIC;
      GRANT ALL ON ALL SEQUENCES IN SCHEMA fault_effects TO PUBLIC;`);
  }

  /** Undefined while the database is away. */
  async judge(): Promise<Verdict | undefined> {
    const result = await this.#pool.query<Verdict>(JUDGE, [this.#groups]).catch(() => undefined);
    return result?.rows[0];
  }

  /** Every event of the log, as its entry in a stream is named, in commit order. */
  async positions(): Promise<string[]> {
    const { rows } = await this.#pool.query<{ entry: string }>(
      "SELECT xid || '-' || id AS entry FROM event_bus.outbox ORDER BY xid, id",
    );
    return rows.map(({ entry }) => entry);
  }

  /** Whether a reader of this kind left events behind it that it has not handled. */
  async hasPassedBy(reader: keyof typeof PASSED_BY): Promise<boolean> {
    const { rows } = await this.#pool.query(
      `SELECT 1 FROM event_bus.outbox o JOIN event_bus.consumer_groups g ON g.consumer_group = ANY($1::text[])
        WHERE ${PASSED_BY[reader]} AND NOT EXISTS (
          SELECT 1 FROM fault_effects.effects e WHERE e.consumer_group = g.consumer_group AND e.event_id = o.event_id)
        LIMIT 1`,
      [this.#groups],
    );
    return rows.length > 0;
  }

  /** Ends every session of the services, whatever it is doing. */
  async cutConnections(): Promise<void> {
    await this.#pool
      .query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'trading\\_%' AND pid <> pg_backend_pid()",
      )
      .catch(() => {});
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
