import type { Sql } from '@trading/database';
import { type Place, placeOf } from '../place';

// PostgreSQL writes the JSON, so that the relay passes text on without reading it.
const READ = `
  SELECT xid, id, event_type AS type, json_build_object(
      'type', event_type, 'service', service, 'data', data,
      'timestamp', to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'id', event_id, 'version', version, 'key', key,
      'correlationId', correlation_id, 'causationId', causation_id)::text AS envelope
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

/** The events behind a place in commit order, no further than the horizon, as Redis is to get them. */
export async function readEnvelopes(sql: Sql, after: Place, limit: number): Promise<SealedEvent[]> {
  const rows = await sql.query<{ xid: string; id: string; type: string; envelope: string }>(
    READ,
    [after.xid, after.id, limit],
    'event_bus.read_envelopes',
  );
  return rows.map(({ type, envelope, ...row }) => ({ place: placeOf(row), type, envelope }));
}
