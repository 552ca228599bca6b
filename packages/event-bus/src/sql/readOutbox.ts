import type { Sql } from '@trading/database';
import type { Place } from '../place';
import { parseEnvelope } from '../redis/envelope';
import type { Stretch } from '../source/stretch';

// The horizon is the oldest transaction that is still running: below it everything that will ever commit has
// committed, so nothing can turn up behind the reader's back.
//
// A line for each event: its place, and its envelope where it is wanted. One long text costs both sides a fraction of
// what as many rows of a dozen columns do. JSON has no line breaks of its own, and no unescaped quotes inside its text.
const READ = `
  SELECT count(*)::int AS looked_at, string_agg(
    concat(xid, ' ', id, CASE WHEN $4::text[] IS NULL OR event_type = ANY($4) THEN concat(' {"type":', to_json(event_type),
      ',"service":', to_json(service), ',"data":', data,
      ',"timestamp":"', to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      '","id":"', event_id, '","version":', version, ',"key":', to_json(key), ',"correlationId":', to_json(correlation_id),
      ',"causationId":', coalesce(to_json(causation_id)::text, 'null'), '}') END),
    E'\\n' ORDER BY xid, id) AS lines
  FROM (
    SELECT *, sum(pg_column_size(data)) OVER (ORDER BY xid, id) - pg_column_size(data) AS bytes_before
    FROM (
      SELECT * FROM event_bus.outbox
      WHERE xid >= $1::bigint AND (xid, id) > ($1::bigint, $2::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
      ORDER BY xid, id
      LIMIT $3
    ) AS stretch
  ) AS measured
  WHERE bytes_before < $5`;

/** Data of one stretch at most, bytes as stored: a run of large events must not fill the memory. */
const STRETCH_BYTES = 4_000_000;

/** An event as the log hands it out. */
export interface SealedEvent {
  readonly place: Place;
  /** The JSON of its `Envelope`; undefined where the event is not wanted. */
  readonly envelope: string | undefined;
}

/** Some of the log, in commit order. */
interface SealedStretch {
  readonly events: readonly SealedEvent[];
  /** Whether it stopped for its limit: more may follow at once. */
  readonly full: boolean;
}

/**
 * Reads the log from behind a place, in commit order, no further than the horizon.
 *
 * @param types  of which envelopes are wanted; null for all
 * @param limit  how many events to look at, wanted or not
 */
export async function readEnvelopes(
  sql: Sql,
  after: Place,
  types: readonly string[] | null,
  limit: number,
): Promise<SealedStretch> {
  const values = [after.xid, after.id, limit, types, STRETCH_BYTES];
  const [row] = await sql.query<{ looked_at: number; lines: string | null }>(
    READ,
    values,
    'event_bus.read_outbox',
  );
  const lines = row?.lines?.split('\n') ?? [];
  // Fewer than asked for may mean that the bytes were used up: one more look finds out.
  return { events: lines.map(sealedEvent), full: row?.looked_at === limit };
}

/** As `readEnvelopes`, opened. */
export async function readOutbox(
  sql: Sql,
  after: Place,
  types: readonly string[],
  limit: number,
): Promise<Stretch> {
  const { events, full } = await readEnvelopes(sql, after, types, limit);
  return {
    events: events.flatMap(({ place, envelope }) =>
      envelope === undefined ? [] : { place, record: parseEnvelope(envelope) },
    ),
    reached: events.at(-1)?.place ?? after,
    full,
  };
}

function sealedEvent(line: string): SealedEvent {
  const afterXid = line.indexOf(' ');
  const afterId = line.indexOf(' ', afterXid + 1);
  const id = afterId === -1 ? line.slice(afterXid + 1) : line.slice(afterXid + 1, afterId);
  return {
    place: { xid: BigInt(line.slice(0, afterXid)), id: BigInt(id) },
    envelope: afterId === -1 ? undefined : line.slice(afterId + 1),
  };
}
