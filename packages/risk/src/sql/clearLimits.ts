import type { Sql } from '@trading/database';

const LIMIT = `
UPDATE risk_management.risk_limits SET active = false
 WHERE account_id = $1 AND limit_type = $2 AND strategy = $3 AND active RETURNING true`;

const COLUMNS = {
  maxQuantity: 'max_quantity',
  maxNotional: 'max_notional',
  maxOutsideSession: 'max_outside_session',
} as const;

/** Takes a limit of an account, or of one strategy in it, out of force; tells whether it was. */
export async function clearLimit(
  sql: Sql,
  accountId: string,
  limitType: string,
  strategyId: string | null,
): Promise<boolean> {
  return (await sql.query(LIMIT, [accountId, limitType, strategyId ?? ''])).length > 0;
}

/** Takes one limit in a symbol away, and the row with its last one; tells whether it was there. */
export async function clearPositionLimit(
  sql: Sql,
  accountId: string,
  symbol: string,
  which: keyof typeof COLUMNS,
): Promise<boolean> {
  const column = COLUMNS[which];
  const others = Object.values(COLUMNS).filter((one) => one !== column);
  // Whether others are left is looked at again once a row that somebody else changes is free: the one statement or the other.
  const last = `DELETE FROM risk_management.position_limits
 WHERE account_id = $1 AND symbol = $2 AND ${column} IS NOT NULL AND num_nonnulls(${others.join(', ')}) = 0 RETURNING true`;
  const one = `UPDATE risk_management.position_limits SET ${column} = NULL
 WHERE account_id = $1 AND symbol = $2 AND ${column} IS NOT NULL AND num_nonnulls(${others.join(', ')}) > 0 RETURNING true`;
  for (const text of [one, last]) {
    if ((await sql.query(text, [accountId, symbol])).length > 0) return true;
  }
  return false;
}
