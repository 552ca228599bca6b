import type { Sql } from '@trading/database';

const PRUNE = `
  DELETE FROM event_bus.inbox WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM event_bus.inbox WHERE handled_at < $1::timestamptz LIMIT $2))
  RETURNING 1`;

const PRUNE_AT_ONCE = 10_000;

/** What retention did. */
export interface Retention {
  /** The partition that publishing goes to from now on. */
  readonly opened: string;
  /** Partitions that are gone. */
  readonly dropped: readonly string[];
  /** Inbox rows that are gone. */
  readonly forgotten: number;
}

/**
 * A day's housekeeping of the log: closes the open partition, drops those that are older than `keepSince` and that no
 * group needs, and forgets inbox rows of twice that age. Publishing waits for it, some milliseconds a million events.
 *
 * @param sql  as the bus's own role
 * @throws TradingError `DATABASE.LOCK_TIMEOUT` where a publisher's transaction stays open: try later
 */
export async function applyRetention(sql: Sql, keepSince: Date): Promise<Retention> {
  const [rotated] = await sql.query<{ name: string }>('SELECT event_bus.rotate_outbox() AS name');
  const [gone] = await sql.query<{ names: string[] }>(
    'SELECT event_bus.drop_outbox_partitions($1::timestamptz) AS names',
    [keepSince.toISOString()],
  );
  // What was handled so long ago isn't in the log any more, so nothing can deliver it again.
  const forgetBefore = new Date(2 * keepSince.getTime() - Date.now());
  return {
    opened: rotated?.name ?? '',
    dropped: gone?.names ?? [],
    forgotten: await pruneInbox(sql, forgetBefore),
  };
}

/** In pieces, each a short transaction: a long one would hold the horizon back. */
async function pruneInbox(sql: Sql, before: Date): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const rows = await sql.query(PRUNE, [before.toISOString(), PRUNE_AT_ONCE]);
    forgotten += rows.length;
    if (rows.length < PRUNE_AT_ONCE) return forgotten;
  }
}
