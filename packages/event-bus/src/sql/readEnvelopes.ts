import type { Sql } from '@trading/database';
import { type Place, placeOf } from '../place';

const READ = `
  SELECT xid, id, event_type, service, data::text AS data, (extract(epoch FROM occurred_at) * 1000)::float8 AS occurred_ms,
    event_id, version, key, correlation_id, causation_id
  FROM event_bus.outbox
  WHERE xid >= $1::bigint AND (xid, id) > ($1::bigint, $2::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
  ORDER BY xid, id
  LIMIT $3`;

/** An event on its way to Redis. */
export interface SealedEvent {
  readonly place: Place;
  readonly type: string;
  /** The JSON of its `Envelope`. */
  readonly envelope: string;
}

interface Row {
  xid: string;
  id: string;
  event_type: string;
  service: string;
  data: string;
  occurred_ms: number;
  event_id: string;
  version: number;
  key: string;
  correlation_id: string;
  causation_id: string | null;
}

/** The events behind a place in commit order, no further than the horizon, as Redis is to get them. */
export async function readEnvelopes(sql: Sql, after: Place, limit: number): Promise<SealedEvent[]> {
  const rows = await sql.query<Row & Record<string, unknown>>(
    READ,
    [after.xid, after.id, limit],
    'event_bus.read_envelopes',
  );
  return rows.map((row) => ({ place: placeOf(row), type: row.event_type, envelope: seal(row) }));
}

/** The data is JSON already: it is passed on as it is, unread. */
function seal(row: Row): string {
  const timestamp = new Date(row.occurred_ms).toISOString();
  const causationId = row.causation_id === null ? 'null' : JSON.stringify(row.causation_id);
  return (
    `{"type":${JSON.stringify(row.event_type)},"service":${JSON.stringify(row.service)},"data":${row.data},` +
    `"timestamp":"${timestamp}","id":"${row.event_id}","version":${row.version},"key":${JSON.stringify(row.key)},` +
    `"correlationId":${JSON.stringify(row.correlation_id)},"causationId":${causationId}}`
  );
}
