import type { Sql } from '@trading/database';
import { type LogPosition, positionOf } from '../logPosition';

// Bounded, so that a pass costs little even where a group is a million events behind.
const READ = `
  WITH ahead AS (
    SELECT event_type, xid, id FROM event_bus.outbox
    WHERE xid >= $1::bigint AND (xid, id) > ($1::bigint, $2::bigint)
    ORDER BY xid, id LIMIT $3
  )
  SELECT DISTINCT ON (event_type) event_type, xid, id,
    xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS settled,
    (SELECT count(*) FROM ahead) < $3 AS complete
  FROM ahead
  ORDER BY event_type, xid DESC, id DESC`;

interface Row {
  event_type: string;
  xid: string;
  id: string;
  settled: boolean;
  complete: boolean;
}

/** The last event of one type. */
export interface LatestEvent {
  readonly type: string;
  readonly position: LogPosition;
  /** Below the horizon: readers get it. Otherwise a transaction that is still running holds it back. */
  readonly settled: boolean;
}

/** Events that are looked at. */
const LOOK_AHEAD = 5_000;

/**
 * The last committed event of each type that has any behind a position, hidden or not.
 *
 * @returns `complete` is false where there was more than could be looked at: later events may follow
 */
export async function readLatestOfTypes(
  sql: Sql,
  after: LogPosition,
): Promise<{ latest: LatestEvent[]; complete: boolean }> {
  const rows = await sql.query<Row>(
    READ,
    [after.xid, after.id, LOOK_AHEAD],
    'event_bus.read_latest_of_types',
  );
  return {
    latest: rows.map((row) => ({ type: row.event_type, position: positionOf(row), settled: row.settled })),
    complete: rows[0]?.complete ?? true,
  };
}
