import type { Sql } from '@trading/database';

/** A position as a mark left it. */
export interface MarkedPositionRow {
  readonly account_id: string;
  readonly symbol: string;
  readonly quantity: string;
  readonly avg_price: string;
  readonly realized_pnl: string;
  readonly unrealized_pnl: string;
  readonly market_value: string;
  readonly mark_price: string;
  readonly marked_at: Date;
}

// The clock and the marks move in one statement. A mark never goes back in time, and an unchanged one is not written again.
// Positions are locked in the order in which a batch of fills locks them, so that the two can't wait for each other there.
const TEXT = `
WITH last AS (
  SELECT close, "timestamp" AS at FROM data_ingestion.bars
   WHERE symbol = $1 AND data_source = $2 AND "timestamp" >= $3 AND "timestamp" <= $4
   ORDER BY "timestamp" DESC LIMIT 1),
ticked AS (
  INSERT INTO execution.market_clocks AS c (symbol, data_source, through) SELECT $1, $2, at FROM last
  ON CONFLICT (symbol, data_source) DO UPDATE SET through = excluded.through WHERE c.through < excluded.through)
UPDATE execution.positions AS p
   SET mark_price = due.close, marked_at = due.at, last_updated = clock_timestamp(),
       market_value = p.quantity * due.close, unrealized_pnl = p.quantity * due.close - p.cost_basis
  FROM (SELECT x.id, last.close, last.at FROM execution.positions AS x CROSS JOIN last
         WHERE x.symbol = $1 AND (x.marked_at IS NULL OR x.marked_at < last.at OR (x.marked_at = last.at AND x.mark_price <> last.close))
         ORDER BY x.account_id FOR UPDATE OF x) AS due
 WHERE p.id = due.id
RETURNING p.account_id, p.symbol, p.quantity, p.avg_price, p.realized_pnl, p.unrealized_pnl, p.market_value, p.mark_price, p.marked_at`;

/** Marks every position of a symbol, flat ones too, at the last close of a range of bars. */
export function markPositions(
  sql: Sql,
  symbol: string,
  dataSource: string,
  from: Date,
  to: Date,
): Promise<MarkedPositionRow[]> {
  return sql.query<MarkedPositionRow>(TEXT, [symbol, dataSource, from, to], 'execution.markPositions');
}
