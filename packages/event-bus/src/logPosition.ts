/**
 * A position in the log: the publishing transaction, then the number inside it. Commit-order-safe, unlike `id` alone:
 * numbers are handed out before their transactions commit.
 */
export interface LogPosition {
  readonly xid: bigint;
  readonly id: bigint;
}

/** Before the first event. */
export const ORIGIN: LogPosition = { xid: 0n, id: 0n };

/** Negative where `a` comes before `b`, 0 where they are the same position. */
export function comparePositions(a: LogPosition, b: LogPosition): number {
  if (a.xid !== b.xid) return a.xid < b.xid ? -1 : 1;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return 0;
}

/** As PostgreSQL returns it: both columns are BIGINT, which `pg` gives as text. */
export function positionOf(row: { readonly xid: string; readonly id: string }): LogPosition {
  return { xid: BigInt(row.xid), id: BigInt(row.id) };
}
