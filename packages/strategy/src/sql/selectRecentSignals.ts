import type { Sql } from '@trading/database';

/** A signal as it is stored; numbers are decimal text. */
export interface StoredSignal {
  readonly symbol: string;
  readonly signal: string;
  readonly strength: string;
  readonly price: string;
  readonly barTimestamp: Date;
}

/** A strategy's last signals, newest bar first. */
export async function selectRecentSignals(
  sql: Sql,
  strategyId: string,
  limit: number,
): Promise<StoredSignal[]> {
  const rows = await sql.query<{
    symbol: string;
    signal: string;
    strength: string;
    price: string;
    bar_timestamp: Date;
  }>(
    `SELECT symbol, signal, strength::text, price::text, bar_timestamp FROM strategy_engine.strategy_signals
      WHERE strategy_id = $1 ORDER BY bar_timestamp DESC, symbol LIMIT $2`,
    [strategyId, limit],
  );
  return rows.map(({ bar_timestamp: barTimestamp, ...row }) => ({ ...row, barTimestamp }));
}
