import type { Sql } from '@trading/database';
import { type LogPosition, positionOf } from '../logPosition';

// The group's row is locked first: a consumer at work finishes its batch, and the next finds the position moved.
const LOCK = `
  SELECT last_xid::text AS xid, last_id::text AS id FROM event_bus.consumer_groups WHERE consumer_group = $1 FOR UPDATE`;

// What is parked behind the position comes again from the log.
const RELEASE = `
  DELETE FROM event_bus.parked_events WHERE consumer_group = $1 AND (xid, id) > ($2::bigint, $3::bigint)`;

const FORGET = `
  WITH again AS (
    SELECT event_id FROM event_bus.outbox WHERE xid >= $2::bigint AND (xid, id) > ($2::bigint, $3::bigint)
  )
  DELETE FROM event_bus.inbox i USING again WHERE i.consumer_group = $1 AND i.event_id = again.event_id`;

// So does what became a dead letter: were its letter retried as well, it would have its effect twice.
const RESOLVE = `
  UPDATE event_bus.dead_letters d SET resolved_at = now(), retry_requested_at = NULL
  FROM event_bus.outbox o
  WHERE d.consumer_group = $1 AND d.resolved_at IS NULL AND d.event_id = o.event_id
    AND o.xid >= $2::bigint AND (o.xid, o.id) > ($2::bigint, $3::bigint)`;

const REWIND = `
  UPDATE event_bus.consumer_groups SET last_xid = $2::bigint, last_id = $3::bigint, tried_xid = NULL, tried_id = NULL
  WHERE consumer_group = $1`;

const COUNT = `
  SELECT count(*)::int AS events FROM event_bus.outbox o JOIN event_bus.consumer_groups g ON consumer_group = $5
  WHERE o.xid >= $1::bigint AND (o.xid, o.id) > ($1::bigint, $2::bigint) AND (o.xid, o.id) <= ($3::bigint, $4::bigint)
    AND (g.event_types IS NULL OR o.event_type = ANY(g.event_types))`;

/**
 * Sets a group back to a position and forgets what it handled behind it, in the caller's transaction.
 *
 * @returns where it was and how many events it gets again, or undefined where there is no such group
 */
export async function rewindGroup(
  sql: Sql,
  group: string,
  to: LogPosition,
): Promise<{ readonly was: LogPosition; readonly events: number } | undefined> {
  const [row] = await sql.query<{ xid: string; id: string }>(LOCK, [group]);
  if (row === undefined) return undefined;
  const was = positionOf(row);
  await sql.query(RELEASE, [group, to.xid, to.id]);
  await sql.query(FORGET, [group, to.xid, to.id]);
  await sql.query(RESOLVE, [group, to.xid, to.id]);
  await sql.query(REWIND, [group, to.xid, to.id]);
  const [count] = await sql.query<{ events: number }>(COUNT, [to.xid, to.id, was.xid, was.id, group]);
  return { was, events: count?.events ?? 0 };
}
