import type { Sql } from '@trading/database';
import type { Place } from '../place';

// SKIP LOCKED: where another process is at work for the same group, this one has nothing to wait for.
const CLAIM = `
  WITH place AS (
    SELECT consumer_group FROM event_bus.consumer_groups
    WHERE consumer_group = $1 AND last_xid = $2::bigint AND last_id = $3::bigint
    FOR UPDATE SKIP LOCKED
  ), moved AS (
    UPDATE event_bus.consumer_groups g SET last_xid = $4::bigint, last_id = $5::bigint
    FROM place WHERE g.consumer_group = place.consumer_group
    RETURNING g.consumer_group
  ), fresh AS (
    INSERT INTO event_bus.inbox (consumer_group, event_id)
    SELECT place.consumer_group, wanted.id FROM place, unnest($6::uuid[]) AS wanted(id)
    ON CONFLICT DO NOTHING
    RETURNING event_id
  )
  SELECT (SELECT count(*) FROM moved)::int AS moved, ARRAY(SELECT event_id::text FROM fresh) AS fresh`;

interface Row {
  moved: number;
  fresh: string[];
}

/**
 * Moves a group's place and marks events as handled, in the handler's transaction: both happen if its effects do.
 *
 * @param from  where the group's place must be for this to be its turn
 * @returns the ids that had no effect in the group yet, or undefined where another process has moved or holds the place
 */
export async function claimStretch(
  sql: Sql,
  group: string,
  from: Place,
  to: Place,
  eventIds: readonly string[],
): Promise<Set<string> | undefined> {
  const values = [group, from.xid, from.id, to.xid, to.id, eventIds];
  const [row] = await sql.query<Row>(CLAIM, values, 'event_bus.claim_stretch');
  return row === undefined || row.moved === 0 ? undefined : new Set(row.fresh);
}
