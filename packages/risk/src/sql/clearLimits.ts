import type { Transaction } from '@trading/database';
import { resolveBreaches } from './resolveEvent';

// What was measured against it goes with it: set again, it is crossed only once it is seen to be.
const LIMIT = `
UPDATE risk_management.risk_limits SET active = false, breached_at = NULL, current_value = NULL
 WHERE account_id = $1 AND limit_type = $2 AND strategy = $3 AND active RETURNING true`;

const COLUMNS = {
  maxQuantity: 'max_quantity',
  maxNotional: 'max_notional',
  maxOutsideSession: 'max_outside_session',
} as const;

/** A limit of an account in a symbol, by its field. */
export type PositionLimitField = keyof typeof COLUMNS;

/** Takes a limit of an account, or of one strategy in it, out of force, its breach included; tells whether it was. */
export async function clearLimit(
  tx: Transaction,
  accountId: string,
  limitType: string,
  strategyId: string | null,
): Promise<boolean> {
  const cleared = await tx.query(LIMIT, [accountId, limitType, strategyId ?? '']);
  if (cleared.length > 0 && strategyId === null) await resolveBreaches(tx, accountId, limitType, null);
  return cleared.length > 0;
}

/** Takes one limit in a symbol away, its breach included, and the row with its last one; tells whether it was there. */
export async function clearPositionLimit(
  tx: Transaction,
  accountId: string,
  symbol: string,
  field: PositionLimitField,
): Promise<boolean> {
  const column = COLUMNS[field];
  const others = Object.values(COLUMNS).filter((one) => one !== column);
  // Held, so that nobody sets another one in between.
  const [row] = await tx.query<{ id: string; last: boolean }>(
    `SELECT id, num_nonnulls(${others.join(', ')}) = 0 AS last FROM risk_management.position_limits
      WHERE account_id = $1 AND symbol = $2 AND ${column} IS NOT NULL FOR UPDATE`,
    [accountId, symbol],
  );
  if (row === undefined) return false;
  await tx.query(
    row.last
      ? 'DELETE FROM risk_management.position_limits WHERE id = $1'
      : `UPDATE risk_management.position_limits SET ${column} = NULL, breached_at = NULL WHERE id = $1`,
    [row.id],
  );
  if (field !== 'maxOutsideSession') await resolveBreaches(tx, accountId, column, symbol);
  return true;
}
