import type { Sql } from '@trading/database';
import { ORIGIN, type Place, placeOf } from '../place';

const READ = `
  SELECT xid, id FROM event_bus.outbox WHERE cardinality($2::text[]) = 0 OR event_type = ANY($2)
  ORDER BY xid DESC, id DESC OFFSET $1 LIMIT 1`;

/** The place behind which the last `count` events lie; the origin where there are not so many. */
export async function readPlaceBeforeLast(sql: Sql, count: number, types: readonly string[]): Promise<Place> {
  const [row] = await sql.query<{ xid: string; id: string }>(READ, [count, types], 'event_bus.read_latest');
  return row === undefined ? ORIGIN : placeOf(row);
}
