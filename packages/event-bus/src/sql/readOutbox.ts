import type { Sql } from '@trading/database';
import type { LogPosition } from '../logPosition';
import type { RecordedEvent } from '../recordedEvent';
import { parseEnvelope } from '../redis/envelope';

// How much a value can grow when it is decompressed: the longest match that the format can write, by the bytes it takes.
const PGLZ_AT_MOST = 90;
const LZ4_AT_MOST = 256;

// The horizon is the oldest transaction that is still running: below it everything that will ever commit has
// committed, so nothing can turn up behind the reader's back.
//
// A line for each event: its position, and its envelope where it is wanted. One long text costs both sides a fraction of
// what as many rows of a dozen columns do. JSON has no line breaks of its own, and no unescaped quotes inside its text.
//
// Bytes are bounded by what the data really is. A large value is stored compressed, and how long its text is PostgreSQL
// finds out only by writing it. So the read is first cut by what it can be at most, and then by what it is.
const READ = `
  SELECT count(*)::int AS looked_at, string_agg(
    concat(xid, ' ', id, CASE WHEN $4::text[] IS NULL OR event_type = ANY($4) THEN concat(' {"type":', to_json(event_type),
      ',"service":', to_json(service), ',"data":', data,
      ',"timestamp":"', to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      '","id":"', event_id, '","version":', version, ',"key":', to_json(key), ',"correlationId":', to_json(correlation_id),
      ',"causationId":', coalesce(to_json(causation_id)::text, 'null'), '}') END),
    E'\\n' ORDER BY xid, id) AS lines
  FROM (
    SELECT *, sum(bytes) OVER (ORDER BY xid, id) - bytes AS bytes_before
    FROM (
      SELECT *, CASE WHEN most_bytes > stored_bytes THEN octet_length(data::text) ELSE stored_bytes END AS bytes
      FROM (
        SELECT *, sum(most_bytes) OVER (ORDER BY xid, id) - most_bytes AS most_bytes_before
        FROM (
          SELECT *, pg_column_size(data) AS stored_bytes, pg_column_size(data)
            * CASE pg_column_compression(data) WHEN 'pglz' THEN ${PGLZ_AT_MOST} WHEN 'lz4' THEN ${LZ4_AT_MOST} ELSE 1 END::bigint
            AS most_bytes
          FROM event_bus.outbox
          WHERE xid >= $1::bigint AND (xid, id) > ($1::bigint, $2::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
          ORDER BY xid, id
          LIMIT $3
        ) AS range
      ) AS bounded
      WHERE most_bytes_before < $6
    ) AS measured
  ) AS summed
  WHERE bytes_before < $5`;

/** Data of one read at most, bytes as text: a run of large events must not fill the memory. */
const READ_BYTES = 4_000_000;

/** What PostgreSQL may write to find out, bytes at most: a few times as much, so that it seldom writes a value twice. */
const MEASURED_BYTES = 4 * READ_BYTES;

/** An event as the log hands it out. */
export interface EnvelopedEvent {
  readonly position: LogPosition;
  /** The JSON of its `Envelope`; undefined where the event is not wanted. */
  readonly envelope: string | undefined;
}

/** Some of the log, in commit order. */
interface EnvelopeRange {
  readonly events: readonly EnvelopedEvent[];
  /** Whether it stopped for its limit: more may follow at once. */
  readonly full: boolean;
}

/**
 * Reads the log from behind a position, in commit order, no further than the horizon.
 *
 * @param types  of which envelopes are wanted; null for all
 * @param limit  how many events to look at, wanted or not
 */
export async function readEnvelopes(
  sql: Sql,
  after: LogPosition,
  types: readonly string[] | null,
  limit: number,
): Promise<EnvelopeRange> {
  const values = [after.xid, after.id, limit, types, READ_BYTES, MEASURED_BYTES];
  const [row] = await sql.query<{ looked_at: number; lines: string | null }>(
    READ,
    values,
    'event_bus.read_outbox',
  );
  const lines = row?.lines?.split('\n') ?? [];
  // Fewer than asked for may mean that the bytes were used up: one more look finds out.
  return { events: lines.map(envelopedEvent), full: row?.looked_at === limit };
}

/** What the log holds behind a position, as far as a reader looked. */
export interface LogRange {
  /** The events of the wanted types, in commit order. */
  readonly events: readonly RecordedEvent[];
  /** How far it looked: nothing wanted lies between the last event and here. */
  readonly reached: LogPosition;
  /** Whether it stopped for its limit: more may follow at once. */
  readonly full: boolean;
  /** Length of the events' text, in characters. */
  readonly textLength: number;
}

/** As `readEnvelopes`, with the envelopes parsed. */
export async function readOutbox(
  sql: Sql,
  after: LogPosition,
  types: readonly string[] | null,
  limit: number,
): Promise<LogRange> {
  const { events, full } = await readEnvelopes(sql, after, types, limit);
  return {
    events: events.flatMap(({ position, envelope }) =>
      envelope === undefined ? [] : { position, record: parseEnvelope(envelope) },
    ),
    reached: events.at(-1)?.position ?? after,
    full,
    textLength: events.reduce((sum, { envelope }) => sum + (envelope?.length ?? 0), 0),
  };
}

function envelopedEvent(line: string): EnvelopedEvent {
  const afterXid = line.indexOf(' ');
  const afterId = line.indexOf(' ', afterXid + 1);
  const id = afterId === -1 ? line.slice(afterXid + 1) : line.slice(afterXid + 1, afterId);
  return {
    position: { xid: BigInt(line.slice(0, afterXid)), id: BigInt(id) },
    envelope: afterId === -1 ? undefined : line.slice(afterId + 1),
  };
}
