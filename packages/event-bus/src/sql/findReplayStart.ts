import type { Sql } from '@trading/database';
import { type LogPosition, positionOf } from '../logPosition';

// Published times may be a little out of order: the earliest position that has one at or after the time is meant. In two
// steps, so that the index by time is used: in the order of positions everything before would be read.
const BY_TIME = `
  WITH since AS MATERIALIZED (SELECT xid, id FROM event_bus.outbox WHERE published_at >= $1::timestamptz)
  SELECT xid, id FROM since ORDER BY xid, id LIMIT 1`;

// An event's id begins with the time when it was made, and it was published soon after.
const BY_EVENT_MADE_AT = `
  SELECT xid, id FROM event_bus.outbox WHERE event_id = $1::uuid
    AND published_at BETWEEN $2::timestamptz - interval '1 minute' AND $2::timestamptz + interval '1 minute'`;

// Clocks that disagree, or an id of another's making: the whole log is looked through.
const BY_EVENT = `SELECT xid, id FROM event_bus.outbox WHERE event_id = $1::uuid`;

/** From where events are delivered again. */
export type ReplayStart = { readonly time: Date } | { readonly eventId: string };

/** The checkpoint just before the first event of a replay; undefined where the log has none. */
export async function findReplayStart(sql: Sql, start: ReplayStart): Promise<LogPosition | undefined> {
  const find = async (text: string, ...values: string[]) =>
    (await sql.query<{ xid: string; id: string }>(text, values))[0];
  const row =
    'time' in start
      ? await find(BY_TIME, start.time.toISOString())
      : ((await find(BY_EVENT_MADE_AT, start.eventId, madeAt(start.eventId).toISOString())) ??
        (await find(BY_EVENT, start.eventId)));
  if (row === undefined) return undefined;
  const { xid, id } = positionOf(row);
  return { xid, id: id - 1n };
}

/** The first 48 bits of a UUID of version 7 are milliseconds since 1970. */
function madeAt(eventId: string): Date {
  return new Date(Number.parseInt(eventId.replaceAll('-', '').slice(0, 12), 16));
}
