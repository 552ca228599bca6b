import type { Sql } from '@trading/database';
import type { EventRecord, RecordedEvent } from '../recordedEvent';
import { errorText } from './errorText';

const HOLD = `
  INSERT INTO event_bus.held_events (consumer_group, key, xid, id, event_id, event, attempts, error, stack)
  SELECT $1, event ->> 'key', xid, id, (event ->> 'id')::uuid, event, attempts, error, stack
  FROM jsonb_to_recordset($2::jsonb) AS h(xid bigint, id bigint, event jsonb, attempts int, error text, stack text)
  ON CONFLICT DO NOTHING`;

// The first of each key: what follows it must wait, also while another process is at work on it.
const HEADS = `
  SELECT DISTINCT ON (key) event_id AS "eventId", attempts, error
  FROM event_bus.held_events WHERE consumer_group = $1 ORDER BY key, xid, id`;

const BEGIN = `
  UPDATE event_bus.held_events SET attempts = attempts + $4, error = NULL, stack = NULL
  WHERE consumer_group = $1 AND event_id = (
    SELECT event_id FROM event_bus.held_events
    WHERE consumer_group = $1 AND event_id = $2::uuid AND attempts = $3 FOR UPDATE SKIP LOCKED)
  RETURNING attempts, event`;

const TAKE = `
  WITH held AS (
    DELETE FROM event_bus.held_events WHERE consumer_group = $1 AND event_id = $2::uuid AND attempts = $3
    RETURNING consumer_group, event_id
  ), fresh AS (
    INSERT INTO event_bus.inbox (consumer_group, event_id) SELECT consumer_group, event_id FROM held WHERE $4
    ON CONFLICT DO NOTHING RETURNING event_id
  )
  SELECT NOT $4 OR EXISTS (SELECT 1 FROM fresh) AS due FROM held`;

const FAILED = `
  UPDATE event_bus.held_events SET error = $4, stack = $5
  WHERE consumer_group = $1 AND event_id = $2::uuid AND attempts = $3`;

const BURY = `
  WITH held AS (
    DELETE FROM event_bus.held_events WHERE consumer_group = $1 AND event_id = $2::uuid AND attempts = $3
    RETURNING event_id, event, attempts
  )
  INSERT INTO event_bus.dead_letters (consumer_group, event_id, event_type, event, error, stack, attempts)
  SELECT $1, event_id, event ->> 'type', event, $4, $5, attempts FROM held
  ON CONFLICT (consumer_group, event_id) DO UPDATE SET error = excluded.error, stack = excluded.stack,
    attempts = event_bus.dead_letters.attempts + excluded.attempts, failed_at = now(), resolved_at = NULL
  RETURNING 1`;

/** An event that its group is to pass without handling it. */
export interface Holding {
  readonly event: RecordedEvent;
  /** Attempts that failed already. */
  readonly attempts: number;
  readonly error?: Error;
}

/** A held event that is the first of its key, as it was last seen. */
export interface HeldHead {
  readonly eventId: string;
  /** Attempts that were begun. */
  readonly attempts: number;
  /** Of the last one; null before the first, and where one ended its process. */
  readonly error: string | null;
}

/** Keeps events whole for later, in the transaction that moves the group past them. */
export async function holdEvents(sql: Sql, group: string, holdings: readonly Holding[]): Promise<void> {
  const rows = holdings.map(({ event: { place, record }, attempts, error }) => ({
    xid: place.xid.toString(),
    id: place.id.toString(),
    event: record,
    attempts,
    ...failureOf(error),
  }));
  await sql.query(HOLD, [group, JSON.stringify(rows)], 'event_bus.hold_events');
}

/** The first held event of each key. */
export function readHeldHeads(sql: Sql, group: string): Promise<HeldHead[]> {
  return sql.query<HeldHead & Record<string, unknown>>(HEADS, [group], 'event_bus.read_held_heads');
}

/**
 * Counts an attempt before it is made.
 *
 * @param count  0 where the last attempt is not to count
 * @returns undefined where another process is at work on it, or was
 */
export async function beginAttempt(
  sql: Sql,
  group: string,
  { eventId, attempts }: HeldHead,
  count: 0 | 1,
): Promise<{ readonly attempts: number; readonly event: EventRecord } | undefined> {
  const [row] = await sql.query<{ attempts: number; event: EventRecord }>(
    BEGIN,
    [group, eventId, attempts, count],
    'event_bus.begin_attempt',
  );
  return row;
}

/**
 * Takes it, in the handler's transaction.
 *
 * @param inbox  whether that leaves a row in the inbox
 * @returns `due` is false where it has had its effect; undefined where another process has taken it
 */
export async function takeHeld(
  sql: Sql,
  group: string,
  { eventId, attempts }: HeldHead,
  inbox: boolean,
): Promise<{ readonly due: boolean } | undefined> {
  const [row] = await sql.query<{ due: boolean }>(
    TAKE,
    [group, eventId, attempts, inbox],
    'event_bus.take_held',
  );
  return row;
}

/** Notes why the attempt failed: it stays held. */
export async function noteFailure(sql: Sql, group: string, head: HeldHead, error: Error): Promise<void> {
  const { message, stack } = errorText(error);
  const values = [group, head.eventId, head.attempts, message, stack];
  await sql.query(FAILED, values, 'event_bus.note_failure');
}

/** Makes it a dead letter. @returns false where another process has taken it */
export async function buryHeld(sql: Sql, group: string, head: HeldHead, error: Error): Promise<boolean> {
  const { message, stack } = errorText(error);
  const values = [group, head.eventId, head.attempts, message, stack];
  return (await sql.query(BURY, values, 'event_bus.bury_held')).length > 0;
}

function failureOf(error: Error | undefined): { readonly error?: string; readonly stack?: string | null } {
  if (error === undefined) return {};
  const { message, stack } = errorText(error);
  return { error: message, stack };
}
