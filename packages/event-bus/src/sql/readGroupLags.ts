import type { Sql } from '@trading/database';
import { type Place, placeOf } from '../place';

// Counting stops somewhere: the answer must not take longer the worse things are.
const READ = `
  SELECT g.consumer_group, g.last_xid::text AS xid, g.last_id::text AS id, g.updated_at, behind.events, oldest.seconds,
    dead.letters
  FROM event_bus.consumer_groups g
  CROSS JOIN LATERAL (SELECT count(*)::int AS events FROM (
    SELECT 1 FROM event_bus.outbox o
    WHERE o.xid >= g.last_xid AND (o.xid, o.id) > (g.last_xid, g.last_id) LIMIT $1) AS counted) AS behind
  LEFT JOIN LATERAL (
    SELECT extract(epoch FROM clock_timestamp() - o.published_at)::float8 AS seconds FROM event_bus.outbox o
    WHERE o.xid >= g.last_xid AND (o.xid, o.id) > (g.last_xid, g.last_id) ORDER BY o.xid, o.id LIMIT 1) AS oldest ON true
  CROSS JOIN LATERAL (SELECT count(*)::int AS letters FROM event_bus.dead_letters d
    WHERE d.consumer_group = g.consumer_group AND d.resolved_at IS NULL) AS dead
  ORDER BY g.consumer_group`;

interface Row {
  consumer_group: string;
  xid: string;
  id: string;
  updated_at: Date;
  events: number;
  seconds: number | null;
  letters: number;
}

/** How far a group is behind the log, wanted events or not. */
export interface GroupLag {
  readonly group: string;
  readonly place: Place;
  /** When its place was last stored. */
  readonly movedAt: Date;
  /** Events behind its place, counted up to a limit. */
  readonly eventsBehind: number;
  /** Since the first of them was published; 0 where there is none. */
  readonly secondsBehind: number;
  /** Dead letters that are not resolved. */
  readonly deadLetters: number;
}

/** Every group's lag; events are counted up to `limit` for each. */
export async function readGroupLags(sql: Sql, limit: number): Promise<GroupLag[]> {
  const rows = await sql.query<Row>(READ, [limit], 'event_bus.read_group_lags');
  return rows.map((row) => ({
    group: row.consumer_group,
    place: placeOf(row),
    movedAt: row.updated_at,
    eventsBehind: row.events,
    secondsBehind: Math.max(0, row.seconds ?? 0),
    deadLetters: row.letters,
  }));
}
