import type { Sql } from '@trading/database';
import { type Place, placeOf } from '../place';

// Published times may be a little out of order: the earliest place that has one at or after the time is meant.
const BY_TIME = `SELECT xid, id FROM event_bus.outbox WHERE published_at >= $1::timestamptz ORDER BY xid, id LIMIT 1`;
const BY_EVENT = `SELECT xid, id FROM event_bus.outbox WHERE event_id = $1::uuid`;

/** From where events are delivered again. */
export type ReplayStart = { readonly time: Date } | { readonly eventId: string };

/** The place just before the first event of a replay; undefined where the log has none. */
export async function findReplayStart(sql: Sql, start: ReplayStart): Promise<Place | undefined> {
  const [row] =
    'time' in start
      ? await sql.query<{ xid: string; id: string }>(BY_TIME, [start.time.toISOString()])
      : await sql.query<{ xid: string; id: string }>(BY_EVENT, [start.eventId]);
  if (row === undefined) return undefined;
  const { xid, id } = placeOf(row);
  return { xid, id: id - 1n };
}
