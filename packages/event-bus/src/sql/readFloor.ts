import type { Sql } from '@trading/database';
import { type LogPosition, positionOf } from '../logPosition';

const READ = `
  SELECT last_xid::text AS xid, last_id::text AS id FROM event_bus.consumer_groups
  WHERE split_part(consumer_group, '.', 1) <> 'event_bus'
  ORDER BY last_xid, last_id LIMIT 1`;

/** The checkpoint of the group that is furthest behind: everything up to it has been acknowledged by all. Undefined without groups. */
export async function readFloor(sql: Sql): Promise<LogPosition | undefined> {
  const [row] = await sql.query<{ xid: string; id: string }>(READ, [], 'event_bus.read_floor');
  return row === undefined ? undefined : positionOf(row);
}
