import type { Sql } from '@trading/database';
import { type LogPosition, ORIGIN, positionOf } from '../logPosition';

const READ = `
  SELECT xid, id FROM event_bus.outbox WHERE cardinality($2::text[]) = 0 OR event_type = ANY($2)
  ORDER BY xid DESC, id DESC OFFSET $1 LIMIT 1`;

/** The position behind which the last `count` events lie; the origin where there are not so many. */
export async function readPositionBeforeLast(
  sql: Sql,
  count: number,
  types: readonly string[],
): Promise<LogPosition> {
  const [row] = await sql.query<{ xid: string; id: string }>(READ, [count, types], 'event_bus.read_latest');
  return row === undefined ? ORIGIN : positionOf(row);
}
