import type { Sql } from '@trading/database';

/** A holding as an event tells it. Numbers are decimal text. */
export interface ObservedHolding {
  readonly accountId: string;
  readonly symbol: string;
  readonly quantity: string;
  readonly marketValue: string;
  /** Realised and unrealised, after commissions. */
  readonly pnl: string;
  readonly asOf: Date;
  /** `YYYY-MM-DD`, New York. */
  readonly tradingDay: string;
}

/** How the account stands after it. */
export interface AccountFigures {
  readonly capital: string | null;
  readonly pnl: string;
  readonly day_open_pnl: string;
  readonly peak_pnl: string;
  /** Sum of the absolute market values. */
  readonly gross: string;
}

// A new day opens at what was known last of the day before.
const TEXT = `
WITH held AS (
  INSERT INTO risk_management.account_holdings AS h (account_id, symbol, quantity, market_value, pnl, as_of)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (account_id, symbol) DO UPDATE
    SET quantity = excluded.quantity, market_value = excluded.market_value, pnl = excluded.pnl, as_of = excluded.as_of
    WHERE h.as_of <= excluded.as_of
  RETURNING pnl, abs(market_value) AS gross),
others AS (
  SELECT coalesce(sum(pnl), 0) AS pnl, coalesce(sum(abs(market_value)), 0) AS gross
    FROM risk_management.account_holdings WHERE account_id = $1 AND symbol <> $2),
account AS (
  SELECT held.pnl + others.pnl AS pnl, held.gross + others.gross AS gross FROM held, others),
state AS (
  INSERT INTO risk_management.account_states AS s (account_id, trading_day, last_pnl, peak_pnl)
  SELECT $1, $7::date, pnl, greatest(pnl, 0) FROM account
  ON CONFLICT (account_id) DO UPDATE
    SET day_open_pnl = CASE WHEN s.trading_day IS NULL OR s.trading_day < excluded.trading_day THEN s.last_pnl ELSE s.day_open_pnl END,
        trading_day = greatest(s.trading_day, excluded.trading_day),
        last_pnl = excluded.last_pnl, peak_pnl = greatest(s.peak_pnl, excluded.last_pnl)
  RETURNING capital, last_pnl, day_open_pnl, peak_pnl)
SELECT state.capital, state.last_pnl AS pnl, state.day_open_pnl, state.peak_pnl, account.gross FROM state, account`;

/** Takes a holding into the account's figures; undefined where a newer one is known already. */
export async function observeHolding(
  sql: Sql,
  holding: ObservedHolding,
): Promise<AccountFigures | undefined> {
  const rows = await sql.query<AccountFigures & { [column: string]: unknown }>(
    TEXT,
    [
      holding.accountId,
      holding.symbol,
      holding.quantity,
      holding.marketValue,
      holding.pnl,
      holding.asOf,
      holding.tradingDay,
    ],
    'risk.observeHolding',
  );
  return rows[0];
}
