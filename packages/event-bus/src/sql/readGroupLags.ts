import type { Sql } from '@trading/database';
import { type LogPosition, positionOf } from '../logPosition';

// Looking stops somewhere: the answer must not take longer the worse things are.
const READ = `
  SELECT g.consumer_group, g.last_xid::text AS xid, g.last_id::text AS id, g.updated_at, behind.events, parked.events AS parked,
    extract(epoch FROM clock_timestamp() - least(behind.since, parked.since))::float8 AS seconds, dead.letters
  FROM event_bus.consumer_groups g
  CROSS JOIN LATERAL (SELECT count(*)::int AS events, min(published_at) AS since FROM (
    SELECT o.event_type, o.published_at FROM event_bus.outbox o
    WHERE o.xid >= g.last_xid AND (o.xid, o.id) > (g.last_xid, g.last_id) ORDER BY o.xid, o.id LIMIT $1) AS ahead
    WHERE g.event_types IS NULL OR event_type = ANY(g.event_types)) AS behind
  CROSS JOIN LATERAL (SELECT count(*)::int AS events, min(parked_at) AS since FROM event_bus.parked_events h
    WHERE h.consumer_group = g.consumer_group) AS parked
  CROSS JOIN LATERAL (SELECT count(*)::int AS letters FROM event_bus.dead_letters d
    WHERE d.consumer_group = g.consumer_group AND d.resolved_at IS NULL) AS dead
  ORDER BY g.consumer_group`;

interface Row {
  consumer_group: string;
  xid: string;
  id: string;
  updated_at: Date;
  events: number;
  parked: number;
  seconds: number | null;
  letters: number;
}

/** How far a group is behind the log. */
export interface GroupLag {
  readonly group: string;
  readonly checkpoint: LogPosition;
  /** When its checkpoint was last stored. */
  readonly movedAt: Date;
  /** Events behind its checkpoint that it listens to, among so many that were looked at. */
  readonly eventsBehind: number;
  /** Events before it that failed and are to be tried again, and those that wait for them. */
  readonly eventsParked: number;
  /** Since the first of all these was published, or parked; 0 where there is none. */
  readonly secondsBehind: number;
  /** Dead letters that are not resolved. */
  readonly deadLetters: number;
}

/** Every group's lag, judged by the first `limit` events behind its checkpoint. */
export async function readGroupLags(sql: Sql, limit: number): Promise<GroupLag[]> {
  const rows = await sql.query<Row>(READ, [limit], 'event_bus.read_group_lags');
  return rows.map((row) => ({
    group: row.consumer_group,
    checkpoint: positionOf(row),
    movedAt: row.updated_at,
    eventsBehind: row.events,
    eventsParked: row.parked,
    secondsBehind: Math.max(0, row.seconds ?? 0),
    deadLetters: row.letters,
  }));
}
