import type { Sql } from '@trading/database';
import { type Place, placeOf } from '../place';

// The group's row is locked first: a consumer at work finishes its batch, and the next finds the place moved.
const LOCK = `
  SELECT last_xid::text AS xid, last_id::text AS id FROM event_bus.consumer_groups WHERE consumer_group = $1 FOR UPDATE`;

const FORGET = `
  WITH again AS (
    SELECT event_id FROM event_bus.outbox WHERE xid >= $2::bigint AND (xid, id) > ($2::bigint, $3::bigint)
  )
  DELETE FROM event_bus.inbox i USING again WHERE i.consumer_group = $1 AND i.event_id = again.event_id`;

const REWIND = `
  UPDATE event_bus.consumer_groups SET last_xid = $2::bigint, last_id = $3::bigint WHERE consumer_group = $1`;

const COUNT = `
  SELECT count(*)::int AS events FROM event_bus.outbox WHERE xid >= $1::bigint AND (xid, id) > ($1::bigint, $2::bigint)
    AND (xid, id) <= ($3::bigint, $4::bigint)`;

/**
 * Sets a group back to a place and forgets what it handled behind it, in the caller's transaction.
 *
 * @returns where it was and how many events it gets again, or undefined where there is no such group
 */
export async function rewindGroup(
  sql: Sql,
  group: string,
  to: Place,
): Promise<{ readonly was: Place; readonly events: number } | undefined> {
  const [row] = await sql.query<{ xid: string; id: string }>(LOCK, [group]);
  if (row === undefined) return undefined;
  const was = placeOf(row);
  await sql.query(FORGET, [group, to.xid, to.id]);
  await sql.query(REWIND, [group, to.xid, to.id]);
  const [count] = await sql.query<{ events: number }>(COUNT, [to.xid, to.id, was.xid, was.id]);
  return { was, events: count?.events ?? 0 };
}
