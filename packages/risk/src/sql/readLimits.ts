import type { Sql } from '@trading/database';
import type { LimitType } from '../limitTypes';

/** A row of `risk_limits`. */
export interface LimitRow {
  readonly account_id: string;
  /** Empty for the whole account. */
  readonly strategy: string;
  readonly limit_type: LimitType;
  readonly limit_value: string;
  readonly current_value: string | null;
  readonly active: boolean;
  readonly breached_at: Date | null;
}

/** A row of `position_limits`. */
export interface PositionLimitRow {
  readonly account_id: string;
  readonly symbol: string;
  readonly max_quantity: string | null;
  readonly max_notional: string | null;
  readonly max_outside_session: string | null;
  readonly breached_at: Date | null;
}

const LIMITS = `
SELECT account_id, strategy, limit_type, limit_value, current_value, active, breached_at FROM risk_management.risk_limits
 WHERE $1::text IS NULL OR account_id = $1 ORDER BY account_id, strategy, limit_type`;
const POSITIONS = `
SELECT account_id, symbol, max_quantity, max_notional, max_outside_session, breached_at FROM risk_management.position_limits
 WHERE $1::text IS NULL OR account_id = $1 ORDER BY account_id, symbol`;

/** The limits of one account, or of all. */
export function readLimits(sql: Sql, accountId?: string): Promise<LimitRow[]> {
  return sql.query<LimitRow>(LIMITS, [accountId ?? null]);
}

/** The position limits of one account, or of all. */
export function readPositionLimits(sql: Sql, accountId?: string): Promise<PositionLimitRow[]> {
  return sql.query<PositionLimitRow>(POSITIONS, [accountId ?? null]);
}
