import type { Sql } from '@trading/database';
import type { Place } from '../place';

const ASK = `
  SELECT $1::bigint >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS beyond`;

/** Whether a place's transaction has not happened yet: on this server, as it is now, it can't have published anything. */
export async function isBeyondServer(sql: Sql, place: Place): Promise<boolean> {
  const [row] = await sql.query<{ beyond: boolean }>(ASK, [place.xid], 'event_bus.is_beyond_server');
  return row?.beyond === true;
}
