import type { Sql } from '@trading/database';
import type { TradingLogLine } from '../tradingLog';

/** Writes lines of the trading log, in their order, with one statement. */
export async function insertTradingLogs(sql: Sql, lines: readonly TradingLogLine[]): Promise<void> {
  await sql.query(
    `INSERT INTO logging.trading_logs
            ("timestamp", trade_id, order_id, symbol, side, quantity, price, strategy, status, error_message,
             correlation_id, event_id)
     SELECT "timestamp", trade_id, order_id, symbol, side, quantity, price, strategy, status, error_message,
            correlation_id, event_id
       FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::numeric[], $7::numeric[],
                   $8::text[], $9::text[], $10::text[], $11::text[], $12::uuid[])
            WITH ORDINALITY AS line ("timestamp", trade_id, order_id, symbol, side, quantity, price, strategy, status,
                                     error_message, correlation_id, event_id, place)
      ORDER BY place`,
    [
      lines.map((line) => line.timestamp),
      lines.map((line) => line.tradeId),
      lines.map((line) => line.orderId),
      lines.map((line) => line.symbol),
      lines.map((line) => line.side),
      lines.map((line) => line.quantity),
      lines.map((line) => line.price),
      lines.map((line) => line.strategy),
      lines.map((line) => line.status),
      lines.map((line) => line.errorMessage),
      lines.map((line) => line.correlationId),
      lines.map((line) => line.eventId),
    ],
    'logging_insert_trading_logs',
  );
}
