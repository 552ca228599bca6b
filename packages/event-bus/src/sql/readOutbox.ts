import type { Sql } from '@trading/database';
import { type Place, placeOf } from '../place';
import type { RecordedEvent } from '../recordedEvent';
import type { Stretch } from '../source/stretch';

// The horizon is the oldest transaction that is still running: below it everything that will ever commit has
// committed, so nothing can turn up behind the reader's back.
const READ = `
  SELECT xid, id, CASE WHEN event_type = ANY($4) THEN event_type END AS event_type, event_id, version, service, key,
    correlation_id, causation_id, (extract(epoch FROM occurred_at) * 1000)::float8 AS occurred_ms,
    CASE WHEN event_type = ANY($4) THEN data END AS data
  FROM (
    SELECT *, sum(pg_column_size(data)) OVER (ORDER BY xid, id) - pg_column_size(data) AS bytes_before
    FROM (
      SELECT * FROM event_bus.outbox
      WHERE xid >= $1::bigint AND (xid, id) > ($1::bigint, $2::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
      ORDER BY xid, id
      LIMIT $3
    ) AS stretch
  ) AS measured
  WHERE bytes_before < $5
  ORDER BY xid, id`;

interface Row {
  xid: string;
  id: string;
  /** Null where the event is not wanted. */
  event_type: string | null;
  event_id: string;
  version: number;
  service: string;
  key: string;
  correlation_id: string;
  causation_id: string | null;
  occurred_ms: number;
  data: unknown;
}

/** Data of one stretch at most, bytes as stored: a run of large events must not fill the memory. */
const STRETCH_BYTES = 16_000_000;

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
): Promise<Stretch> {
  const values = [after.xid, after.id, limit, types, STRETCH_BYTES];
  const rows = await sql.query<Row>(READ, values, 'event_bus.read_outbox');
  const last = rows.at(-1);
  return {
    events: rows.flatMap((row) => recordOf(row) ?? []),
    reached: last === undefined ? after : placeOf(last),
    // Fewer than asked for may mean that the bytes were used up: one more look finds out.
    full: rows.length === limit,
  };
}

function recordOf(row: Row): RecordedEvent | undefined {
  if (row.event_type === null) return undefined;
  return {
    place: placeOf(row),
    record: {
      id: row.event_id,
      type: row.event_type,
      version: row.version,
      service: row.service,
      key: row.key,
      correlationId: row.correlation_id,
      causationId: row.causation_id,
      occurredAt: new Date(row.occurred_ms).toISOString(),
      data: row.data,
    },
  };
}
