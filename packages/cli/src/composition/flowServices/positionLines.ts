import { poolSql, type ServicePool } from '@trading/database';
import type { PositionLine } from '@trading/orchestration';

interface PositionRow {
  readonly account_id: string;
  readonly symbol: string;
  readonly quantity: string;
  readonly market_value: string | null;
  readonly unrealized_pnl: string | null;
}

/** What is held now, of every account. @param pool  execution's */
export async function positionLines(pool: ServicePool): Promise<PositionLine[]> {
  const rows = await poolSql(pool).query<PositionRow>(
    `SELECT account_id, symbol, quantity, market_value, unrealized_pnl
     FROM execution.positions WHERE quantity <> 0 ORDER BY account_id, symbol`,
    [],
  );
  return rows.map((row) => ({
    accountId: row.account_id,
    symbol: row.symbol,
    quantity: row.quantity,
    marketValue: row.market_value,
    unrealizedPnl: row.unrealized_pnl,
  }));
}
