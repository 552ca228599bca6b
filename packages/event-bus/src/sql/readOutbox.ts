import type { Sql } from '@trading/database';
import { type Place, placeOf } from '../place';
import type { RecordedEvent } from '../recordedEvent';

// The horizon is the oldest transaction that is still running: below it everything that will ever commit has
// committed, so nothing can turn up behind the reader's back.
const READ = `
  SELECT xid, id, event_type,
    CASE WHEN event_type = ANY($4) THEN json_build_object(
      'id', event_id, 'type', event_type, 'version', version, 'service', service, 'key', key,
      'correlationId', correlation_id, 'causationId', causation_id,
      'occurredAt', to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'data', data) END AS record
  FROM event_bus.outbox
  WHERE (xid, id) > ($1::bigint, $2::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
  ORDER BY xid, id
  LIMIT $3`;

interface Row {
  xid: string;
  id: string;
  record: RecordedEvent['record'] | null;
}

/** A stretch of the log. */
export interface OutboxStretch {
  /** The events of the wanted types, in commit order. */
  readonly events: RecordedEvent[];
  /** How far it looked: nothing wanted lies between the last event and here. */
  readonly reached: Place;
  /** Whether it looked as far as it may: more may follow. */
  readonly full: boolean;
}

/**
 * Reads the log from behind a place, in commit order, no further than the horizon.
 *
 * @param limit  how many events to look at, wanted or not
 */
export async function readOutbox(
  sql: Sql,
  after: Place,
  types: readonly string[],
  limit: number,
): Promise<OutboxStretch> {
  const rows = await sql.query<Row>(READ, [after.xid, after.id, limit, types], 'event_bus.read_outbox');
  const last = rows.at(-1);
  return {
    events: rows.flatMap((row) => (row.record === null ? [] : [{ place: placeOf(row), record: row.record }])),
    reached: last === undefined ? after : placeOf(last),
    full: rows.length === limit,
  };
}
