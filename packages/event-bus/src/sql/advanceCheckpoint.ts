import type { Sql } from '@trading/database';
import type { LogPosition } from '../logPosition';

// SKIP LOCKED: where another process is at work for the same group, this one has nothing to wait for.
const MOVE = `
  WITH position AS (
    SELECT consumer_group FROM event_bus.consumer_groups
    WHERE consumer_group = $1 AND last_xid = $2::bigint AND last_id = $3::bigint
    FOR UPDATE SKIP LOCKED
  ), moved AS (
    UPDATE event_bus.consumer_groups g SET last_xid = $4::bigint, last_id = $5::bigint
    FROM position WHERE g.consumer_group = position.consumer_group
    RETURNING g.consumer_group
  )`;

const MOVE_ALONE = `${MOVE} SELECT ARRAY[]::text[] AS repeated FROM moved`;

const MOVE_AND_MARK = `${MOVE}, fresh AS (
    INSERT INTO event_bus.inbox (consumer_group, event_id)
    SELECT position.consumer_group, wanted.id FROM position, unnest($6::uuid[]) AS wanted(id)
    ON CONFLICT DO NOTHING
    RETURNING event_id
  )
  SELECT ARRAY(SELECT unnest($6::uuid[])::text EXCEPT SELECT event_id::text FROM fresh) AS repeated FROM moved`;

/**
 * Moves a group's checkpoint and marks events as handled, in the handler's transaction: both happen if its effects do.
 *
 * @param from      where the group's checkpoint must be for this process to be the next
 * @param eventIds  those that get a row in the inbox
 * @returns the ids that had their effect in the group before, or undefined where another process has moved or holds the
 *   position
 */
export async function advanceCheckpoint(
  sql: Sql,
  group: string,
  from: LogPosition,
  to: LogPosition,
  eventIds: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  const position = [group, from.xid, from.id, to.xid, to.id];
  const [row] =
    eventIds.length === 0
      ? await sql.query<{ repeated: string[] }>(MOVE_ALONE, position, 'event_bus.advance_checkpoint')
      : await sql.query<{ repeated: string[] }>(
          MOVE_AND_MARK,
          [...position, eventIds],
          'event_bus.advance_and_mark',
        );
  return row === undefined ? undefined : new Set(row.repeated);
}
