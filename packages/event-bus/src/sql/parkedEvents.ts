import type { LastStatement, Sql } from '@trading/database';
import type { EventRecord, RecordedEvent } from '../recordedEvent';
import { errorText } from './errorText';
import { RECORD_JSON } from './recordJson';

// From the log's own rows: an event that this process can't write down again must be parked too.
const PARK = `
  INSERT INTO event_bus.parked_events (consumer_group, key, xid, id, event_id, event, attempts, error, stack)
  SELECT $1, o.key, o.xid, o.id, o.event_id, ${RECORD_JSON}, p.attempts, p.error, p.stack
  FROM jsonb_to_recordset($2::jsonb) AS p(xid bigint, id bigint, attempts int, error text, stack text)
  JOIN event_bus.outbox o ON o.xid = p.xid AND o.id = p.id
  ON CONFLICT DO NOTHING`;

// The first of each key: what follows it must wait, also while another process is at work on it.
const FIRST = `
  SELECT DISTINCT ON (key) event_id AS "eventId", attempts, error
  FROM event_bus.parked_events WHERE consumer_group = $1 ORDER BY key, xid, id`;

const BEGIN = `
  UPDATE event_bus.parked_events SET attempts = attempts + $4, error = NULL, stack = NULL
  WHERE consumer_group = $1 AND event_id = (
    SELECT event_id FROM event_bus.parked_events
    WHERE consumer_group = $1 AND event_id = $2::uuid AND attempts = $3 FOR UPDATE SKIP LOCKED)
  RETURNING attempts, event`;

const TAKE = `
  WITH parked AS (
    SELECT event_id FROM event_bus.take_parked($1, $2::uuid, $3)
  ), fresh AS (
    INSERT INTO event_bus.inbox (consumer_group, event_id) SELECT $1, event_id FROM parked WHERE $4
    ON CONFLICT DO NOTHING RETURNING event_id
  )
  SELECT NOT $4 OR EXISTS (SELECT 1 FROM fresh) AS due FROM parked`;

const FAILED = `
  UPDATE event_bus.parked_events SET error = $4, stack = $5
  WHERE consumer_group = $1 AND event_id = $2::uuid AND attempts = $3`;

const GIVE_UP = `
  WITH parked AS (
    SELECT event_id, event, attempts FROM event_bus.take_parked($1, $2::uuid, $3)
  )
  INSERT INTO event_bus.dead_letters (consumer_group, event_id, event_type, event, error, stack, attempts)
  SELECT $1, event_id, event ->> 'type', event, $4, $5, attempts FROM parked
  ON CONFLICT (consumer_group, event_id) DO UPDATE SET error = excluded.error, stack = excluded.stack,
    attempts = event_bus.dead_letters.attempts + excluded.attempts, failed_at = now(), resolved_at = NULL
  RETURNING 1`;

/** An event that its group is to pass without handling it. */
export interface Parking {
  readonly event: RecordedEvent;
  /** Attempts that failed already. */
  readonly attempts: number;
  readonly error?: Error;
}

/** A parked event that is the first of its key, as it was last seen. */
export interface FirstParked {
  readonly eventId: string;
  /** Attempts that were begun. */
  readonly attempts: number;
  /** Of the last one; null before the first, and where one ended its process. */
  readonly error: string | null;
}

/** Keeps events whole for later, in the transaction that moves the group past them. */
export function parkEvents(group: string, parkings: readonly Parking[]): LastStatement {
  const rows = parkings.map(({ event: { position }, attempts, error }) => ({
    xid: position.xid.toString(),
    id: position.id.toString(),
    attempts,
    ...(error === undefined ? {} : { error: errorText(error).message, stack: errorText(error).stack }),
  }));
  return { text: PARK, values: [group, JSON.stringify(rows)], name: 'event_bus.park_events' };
}

/** The first parked event of each key. */
export function readFirstParked(sql: Sql, group: string): Promise<FirstParked[]> {
  return sql.query<FirstParked & Record<string, unknown>>(FIRST, [group], 'event_bus.read_first_parked');
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
  { eventId, attempts }: FirstParked,
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
export async function takeParked(
  sql: Sql,
  group: string,
  { eventId, attempts }: FirstParked,
  inbox: boolean,
): Promise<{ readonly due: boolean } | undefined> {
  const [row] = await sql.query<{ due: boolean }>(
    TAKE,
    [group, eventId, attempts, inbox],
    'event_bus.take_parked',
  );
  return row;
}

/** Notes why the attempt failed: it stays parked. */
export async function noteFailure(sql: Sql, group: string, parked: FirstParked, error: Error): Promise<void> {
  await sql.query(FAILED, failureValues(group, parked, error), 'event_bus.note_failure');
}

/** Makes it a dead letter. @returns false where another process has taken it */
export async function giveUpParked(
  sql: Sql,
  group: string,
  parked: FirstParked,
  error: Error,
): Promise<boolean> {
  const values = failureValues(group, parked, error);
  return (await sql.query(GIVE_UP, values, 'event_bus.give_up_parked')).length > 0;
}

function failureValues(group: string, { eventId, attempts }: FirstParked, error: Error): unknown[] {
  const { message, stack } = errorText(error);
  return [group, eventId, attempts, message, stack];
}
