import type { Sql } from '@trading/database';
import { type Place, placeOf } from '../place';

const READ = `
  SELECT DISTINCT ON (event_type) event_type, xid, id,
    xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS settled
  FROM event_bus.outbox
  WHERE xid >= $1::bigint AND (xid, id) > ($1::bigint, $2::bigint)
  ORDER BY event_type, xid DESC, id DESC`;

interface Row {
  event_type: string;
  xid: string;
  id: string;
  settled: boolean;
}

/** The last event of one type. */
export interface Head {
  readonly type: string;
  readonly place: Place;
  /** Below the horizon: readers get it. Otherwise a transaction that is still running holds it back. */
  readonly settled: boolean;
}

/** The last committed event of each type that has any behind a place, held back or not. */
export async function readHeads(sql: Sql, after: Place): Promise<Head[]> {
  const rows = await sql.query<Row>(READ, [after.xid, after.id], 'event_bus.read_heads');
  return rows.map((row) => ({ type: row.event_type, place: placeOf(row), settled: row.settled }));
}
