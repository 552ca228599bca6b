import type { Sql } from '@trading/database';

const READ = `
  SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
    (SELECT count(*)::int FROM (SELECT 1 FROM event_bus.outbox
      WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint LIMIT 100000) AS counted) AS hidden_events,
    (SELECT extract(epoch FROM clock_timestamp() - published_at)::float8 FROM event_bus.outbox
      WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint ORDER BY xid, id LIMIT 1) AS hidden_seconds,
    (SELECT coalesce(max(last_xid), 0) >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
      FROM event_bus.consumer_groups WHERE last_xid < 9223372036854775807) AS checkpoints_ahead`;

// Everybody may see who holds which transaction's lock, and in which database; the rest only the monitoring roles.
const HOLDERS = `
  SELECT a.pid, a.datname AS database, a.usename AS role, a.application_name AS application, a.state,
    extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS seconds, left(a.query, 200) AS statement,
    l.transactionid::text AS xid
  FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted AND a.pid <> pg_backend_pid()
  UNION ALL
  SELECT NULL, p.database, p.owner, 'prepared transaction ' || p.gid, 'prepared',
    extract(epoch FROM clock_timestamp() - p.prepared)::float8, NULL, p.transaction::text
  FROM pg_prepared_xacts p`;

/** A transaction that is still open and has written, or may: nothing after its beginning is delivered before it ends. */
export interface HorizonHolder {
  /** Null for a prepared transaction, which has no session. */
  readonly pid: number | null;
  /** Of any database of the server: the horizon is the whole server's. */
  readonly database: string | null;
  readonly role: string | null;
  /** Null where the asking role may not see it. */
  readonly application: string | null;
  readonly state: string | null;
  /** Since it began; null where the asking role may not see it. */
  readonly seconds: number | null;
  readonly statement: string | null;
  readonly xid: string;
}

/** The checkpoint up to which the log can be read, and what keeps it there. */
export interface Horizon {
  /** Events of transactions from this number on are hidden. */
  readonly xid: string;
  /** Committed events that nobody gets yet, counted up to 100,000. */
  readonly hiddenEvents: number;
  /** Since the first of them was published; 0 where there is none. */
  readonly hiddenSeconds: number;
  /**
   * Positions lie beyond what the server has reached: it was restored from a dump or fell back to an older copy, and its
   * transaction numbers begin again below them, so that new events would be passed over.
   */
  readonly checkpointsAheadOfServer: boolean;
  /** The oldest first. */
  readonly holders: readonly HorizonHolder[];
}

/** Reads the horizon and who holds it back. */
export async function readHorizon(sql: Sql): Promise<Horizon> {
  const [row] = await sql.query<{
    horizon: string;
    hidden_events: number;
    hidden_seconds: number | null;
    checkpoints_ahead: boolean | null;
  }>(READ, [], 'event_bus.read_horizon');
  const horizon = BigInt(row?.horizon ?? 0);
  const holders = await sql.query<HorizonHolder & { xid: string }>(
    HOLDERS,
    [],
    'event_bus.read_horizon_holders',
  );
  // Locks name transactions by their lower 32 bits, which is enough to tell how far each is behind.
  const distance = (xid: string) => BigInt.asUintN(32, horizon - BigInt(xid));
  return {
    xid: horizon.toString(),
    hiddenEvents: row?.hidden_events ?? 0,
    hiddenSeconds: Math.max(0, row?.hidden_seconds ?? 0),
    checkpointsAheadOfServer: row?.checkpoints_ahead ?? false,
    holders: holders
      .toSorted((a, b) => Number(BigInt.asIntN(32, distance(b.xid)) - BigInt.asIntN(32, distance(a.xid))))
      .slice(0, 10),
  };
}
