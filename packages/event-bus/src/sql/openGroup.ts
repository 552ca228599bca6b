import type { Sql } from '@trading/database';
import { type LogPosition, ORIGIN, positionOf } from '../logPosition';

const READ = `
  SELECT last_xid::text AS xid, last_id::text AS id, event_types IS NOT DISTINCT FROM $2::text[] AS told
  FROM event_bus.consumer_groups WHERE consumer_group = $1`;

// Not behind a batch that is under way: the next look tells it.
const TELL = `
  UPDATE event_bus.consumer_groups SET event_types = $2::text[] WHERE consumer_group = (
    SELECT consumer_group FROM event_bus.consumer_groups WHERE consumer_group = $1 FOR UPDATE SKIP LOCKED)`;

const MAKE = `
  INSERT INTO event_bus.consumer_groups (consumer_group, event_types, last_xid, last_id)
  VALUES ($1, $3::text[], CASE WHEN $2 THEN pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 ELSE 0 END,
    CASE WHEN $2 THEN 9223372036854775807 ELSE 0 END)
  ON CONFLICT DO NOTHING`;

/** Where a group that is new begins: at the log's beginning, or with what is committed from now on. */
export type GroupStart = 'beginning' | 'now';

/** A group's checkpoint in the log, which is told what the group listens to; the group is made if it is not there yet. */
export async function openGroup(
  sql: Sql,
  group: string,
  types: readonly string[],
  start: GroupStart,
): Promise<LogPosition> {
  const known = await readGroup(sql, group, types);
  if (known === undefined) {
    await sql.query(MAKE, [group, start === 'now', types], 'event_bus.make_group');
    return (await readGroup(sql, group, types))?.position ?? ORIGIN;
  }
  if (!known.told) await sql.query(TELL, [group, types], 'event_bus.tell_types');
  return known.position;
}

async function readGroup(
  sql: Sql,
  group: string,
  types: readonly string[],
): Promise<{ readonly position: LogPosition; readonly told: boolean } | undefined> {
  const [row] = await sql.query<{ xid: string; id: string; told: boolean }>(
    READ,
    [group, types],
    'event_bus.read_group',
  );
  return row === undefined ? undefined : { position: positionOf(row), told: row.told };
}
