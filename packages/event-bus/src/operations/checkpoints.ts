import type { Sql } from '@trading/database';
import type { LogPosition } from '../logPosition';
import { entryPosition } from '../redis/keys';

const READ = `
  SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
    (SELECT min((regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \\(''?(\\d+)''?\\)'))[1]::bigint)::text
       FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'event_bus.outbox'::regclass) AS oldest`;

/** How far the log reaches. */
export interface LogBounds {
  /** Everything behind it is still there; retention dropped what may have lain before. */
  readonly oldest: LogPosition;
  /** Everything before it can be read; whoever begins here gets all that can be read from now on. */
  readonly next: LogPosition;
}

/** Reads how far the log reaches. @throws TradingError `DATABASE.*` */
export async function readLogBounds(sql: Sql): Promise<LogBounds> {
  const [row] = await sql.query<{ horizon: string; oldest: string | null }>(
    READ,
    [],
    'event_bus.read_log_bounds',
  );
  return {
    oldest: { xid: BigInt(row?.oldest ?? 0), id: 0n },
    next: { xid: BigInt(row?.horizon ?? 0), id: 0n },
  };
}

const CHECKPOINT = /^\d{1,19}-\d{1,19}$/;

/** A position from the text `<transaction>-<number>`, as streams and `Last-Event-ID` have it; undefined where it is none. */
export function parseCheckpoint(text: string): LogPosition | undefined {
  return CHECKPOINT.test(text) ? entryPosition(text) : undefined;
}
