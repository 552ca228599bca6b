import type { Sql } from '@trading/database';
import type { Decimal, Signal } from '@trading/model';

/** What a strategy said about a symbol at the close of one bar. */
export interface NewSignal {
  readonly signalId: string;
  readonly strategyId: string;
  readonly symbol: string;
  readonly signal: Signal;
  readonly strength: Decimal;
  readonly barTimestamp: Date;
  readonly price: Decimal;
  /** The series of the bar. */
  readonly dataSource: string;
  readonly correlationId: string;
}

/**
 * Records a signal once. A correction of an old bar must not overrule what was said about a newer one, so a bar older
 * than the strategy's last signal on the symbol gives none.
 *
 * @returns whether it is new
 */
export async function insertSignal(sql: Sql, signal: NewSignal): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO strategy_engine.strategy_signals
            (signal_id, strategy_id, symbol, signal, strength, bar_timestamp, price, data_source, correlation_id)
     SELECT $1, $2::varchar, $3::varchar, $4, $5, $6::timestamptz, $7, $8, $9
      WHERE NOT EXISTS (
            SELECT FROM strategy_engine.strategy_signals
             WHERE strategy_id = $2 AND symbol = $3 AND bar_timestamp > $6)
     ON CONFLICT DO NOTHING
     RETURNING id`,
    [
      signal.signalId,
      signal.strategyId,
      signal.symbol,
      signal.signal,
      signal.strength.toFixed(2),
      signal.barTimestamp,
      signal.price.toString(),
      signal.dataSource,
      signal.correlationId,
    ],
    'strategy_insert_signal',
  );
  return rows.length === 1;
}
