import type { Sql } from '@trading/database';
import { ORIGIN, type Place, placeOf } from '../place';

const READ = `
  SELECT last_xid::text AS xid, last_id::text AS id FROM event_bus.consumer_groups WHERE consumer_group = $1`;

const MAKE = `
  INSERT INTO event_bus.consumer_groups (consumer_group, last_xid, last_id)
  VALUES ($1, CASE WHEN $2 THEN pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 ELSE 0 END,
    CASE WHEN $2 THEN 9223372036854775807 ELSE 0 END)
  ON CONFLICT DO NOTHING`;

/** Where a group that is new begins: at the log's beginning, or with what is committed from now on. */
export type GroupStart = 'beginning' | 'now';

/** A group's place in the log; the group is made if it is not there yet. */
export async function openGroup(sql: Sql, group: string, start: GroupStart): Promise<Place> {
  const known = await readGroupPlace(sql, group);
  if (known !== undefined) return known;
  await sql.query(MAKE, [group, start === 'now'], 'event_bus.make_group');
  return (await readGroupPlace(sql, group)) ?? ORIGIN;
}

async function readGroupPlace(sql: Sql, group: string): Promise<Place | undefined> {
  const [row] = await sql.query<{ xid: string; id: string }>(READ, [group], 'event_bus.read_group');
  return row === undefined ? undefined : placeOf(row);
}
