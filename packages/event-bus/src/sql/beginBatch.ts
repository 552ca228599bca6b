import type { Sql } from '@trading/database';
import type { LogPosition } from '../logPosition';

// Whoever began here less than a second ago is about to claim. Nobody else's clock is asked.
const TAKE = `
  WITH position AS (
    SELECT consumer_group FROM event_bus.consumer_groups
    WHERE consumer_group = $1 AND last_xid = $2::bigint AND last_id = $3::bigint
      AND (tried_xid, tried_id, clock_timestamp() - tried_at BETWEEN '0 s' AND '1 s') IS DISTINCT FROM ($2::bigint, $3::bigint, true)
    FOR UPDATE SKIP LOCKED
  ), tried AS (
    UPDATE event_bus.consumer_groups g SET tried_xid = $2::bigint, tried_id = $3::bigint, tried_at = clock_timestamp(),
      tries = CASE WHEN (g.tried_xid, g.tried_id) = ($2::bigint, $3::bigint) THEN g.tries + 1 ELSE 1 END
    FROM position WHERE g.consumer_group = position.consumer_group
    RETURNING g.tries
  )
  SELECT tries, ARRAY(SELECT key FROM event_bus.parked_events WHERE consumer_group = $1) AS keys FROM tried`;

const KEYS = `SELECT key FROM event_bus.parked_events WHERE consumer_group = $1`;

/** The keys of the events that a group has parked, once for each event. */
export type ParkedKeys = readonly string[];

/**
 * Tells, before it happens, that this process begins to handle at a position which it did not bring the group to.
 *
 * @returns how many have begun there, this one included, and what the group has parked; undefined where another process has
 *   moved the position, is at work there, or has just begun
 */
export async function beginBatch(
  sql: Sql,
  group: string,
  position: LogPosition,
): Promise<{ readonly tries: number; readonly keys: ParkedKeys } | undefined> {
  const values = [group, position.xid, position.id];
  const [row] = await sql.query<{ tries: number; keys: string[] }>(TAKE, values, 'event_bus.begin_batch');
  return row;
}

/** What the group holds now. */
export async function readParkedKeys(sql: Sql, group: string): Promise<ParkedKeys> {
  const rows = await sql.query<{ key: string }>(KEYS, [group], 'event_bus.read_parked_keys');
  return rows.map((row) => row.key);
}
