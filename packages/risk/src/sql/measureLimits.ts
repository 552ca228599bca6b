import type { Sql } from '@trading/database';

/** A limit whose figure, or whose breach, changed. */
export interface MeasuredLimitRow {
  readonly limit_type: string;
  /** Null for a limit of the whole account. */
  readonly symbol: string | null;
  readonly limit_value: string;
  readonly current_value: string;
  readonly was_breached: boolean;
  readonly breached: boolean;
}

// Losses are denied from the limit on, exposure beyond it: the same comparisons as before the trade.
const ACCOUNT = `
WITH measured AS (
  SELECT l.id, l.breached_at IS NOT NULL AS was_breached, m.value,
         CASE WHEN m.limit_type = 'max_gross_exposure' THEN m.value > l.limit_value ELSE m.value >= l.limit_value END AS breached
    FROM unnest($2::text[], $3::numeric[]) AS m(limit_type, value)
    JOIN risk_management.risk_limits AS l ON l.account_id = $1 AND l.limit_type = m.limit_type AND l.strategy = '' AND l.active
   WHERE m.value IS NOT NULL)
UPDATE risk_management.risk_limits AS l
   SET current_value = m.value, breached_at = CASE WHEN m.breached THEN coalesce(l.breached_at, $4) END
  FROM measured AS m
 WHERE l.id = m.id AND (l.current_value IS DISTINCT FROM m.value OR m.breached <> m.was_breached)
RETURNING l.limit_type, NULL::text AS symbol, l.limit_value, l.current_value, m.was_breached, m.breached`;

const POSITION = `
WITH measured AS (
  SELECT l.id, l.breached_at IS NOT NULL AS was_breached,
         abs($3::numeric) > l.max_quantity AS too_many, coalesce(abs($4::numeric) > l.max_notional, false) AS too_much
    FROM risk_management.position_limits AS l WHERE l.account_id = $1 AND l.symbol = $2)
UPDATE risk_management.position_limits AS l
   SET breached_at = CASE WHEN coalesce(m.too_many, false) OR m.too_much THEN coalesce(l.breached_at, $5) END
  FROM measured AS m
 WHERE l.id = m.id AND (coalesce(m.too_many, false) OR m.too_much) <> m.was_breached
RETURNING CASE WHEN m.too_many THEN 'max_position_quantity' ELSE 'max_position_notional' END AS limit_type, l.symbol::text,
          CASE WHEN m.too_many THEN l.max_quantity ELSE l.max_notional END AS limit_value,
          CASE WHEN m.too_many THEN abs($3::numeric) ELSE abs($4::numeric) END AS current_value,
          m.was_breached, coalesce(m.too_many, false) OR m.too_much AS breached`;

/**
 * Writes what was measured of an account's limits.
 *
 * @param values  by limit type; null where it can't be told
 * @returns the limits that changed
 */
export function measureLimits(
  sql: Sql,
  accountId: string,
  values: Readonly<Record<string, string | null>>,
  asOf: Date,
): Promise<MeasuredLimitRow[]> {
  return sql.query<MeasuredLimitRow & { [column: string]: unknown }>(
    ACCOUNT,
    [accountId, Object.keys(values), Object.values(values), asOf],
    'risk.measureLimits',
  );
}

/** Holds a position to its own limit, the one for its symbol. */
export function measurePosition(
  sql: Sql,
  accountId: string,
  symbol: string,
  quantity: string,
  marketValue: string,
  asOf: Date,
): Promise<MeasuredLimitRow[]> {
  return sql.query<MeasuredLimitRow & { [column: string]: unknown }>(
    POSITION,
    [accountId, symbol, quantity, marketValue, asOf],
    'risk.measurePosition',
  );
}
