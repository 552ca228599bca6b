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
  /** What it asks for: `notional`, `targetQuantity`, `orders`. */
  readonly target: Readonly<Record<string, unknown>>;
}

/**
 * Records signals once each. A correction of an old bar must not overrule what was said about a newer one, so a bar older
 * than the strategy's last stored signal on the symbol gives none.
 *
 * @param signals  of one strategy and symbol, none older than one before it
 * @returns the ids of those that are new
 */
export async function insertSignals(sql: Sql, signals: readonly NewSignal[]): Promise<ReadonlySet<string>> {
  const rows = await sql.query<{ signal_id: string }>(
    `INSERT INTO strategy_engine.strategy_signals
            (signal_id, strategy_id, symbol, signal, strength, bar_timestamp, price, data_source, correlation_id, target)
     SELECT signal_id, strategy_id, symbol, signal, strength, bar_timestamp, price, data_source, correlation_id, target
       FROM unnest($1::varchar[], $2::varchar[], $3::varchar[], $4::text[], $5::numeric[], $6::timestamptz[], $7::numeric[],
                   $8::text[], $9::text[], $10::jsonb[]) WITH ORDINALITY
            AS said (signal_id, strategy_id, symbol, signal, strength, bar_timestamp, price, data_source, correlation_id, target, place)
      WHERE NOT EXISTS (
            SELECT FROM strategy_engine.strategy_signals AS later
             WHERE later.strategy_id = said.strategy_id AND later.symbol = said.symbol
               AND later.bar_timestamp > said.bar_timestamp)
      ORDER BY place
     ON CONFLICT DO NOTHING
     RETURNING signal_id`,
    [
      signals.map((signal) => signal.signalId),
      signals.map((signal) => signal.strategyId),
      signals.map((signal) => signal.symbol),
      signals.map((signal) => signal.signal),
      signals.map((signal) => signal.strength.toFixed(2)),
      signals.map((signal) => signal.barTimestamp),
      signals.map((signal) => signal.price.toString()),
      signals.map((signal) => signal.dataSource),
      signals.map((signal) => signal.correlationId),
      signals.map((signal) => JSON.stringify(signal.target)),
    ],
    'strategy_insert_signals',
  );
  return new Set(rows.map((row) => row.signal_id));
}
