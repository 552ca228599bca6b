import { type Sql, sendLast, type Transaction } from '@trading/database';
import type { TradingLogLine } from '../tradingLog';

/**
 * Writes lines of the trading log, in their order, with one statement. A trade's tells how long it took since its order was
 * made, in the time of the market, as the lines themselves do; nothing where the line of that (`pending`, which no order
 * becomes again) is gone, the most that fits in the column (24 days) where it took longer.
 */
export async function insertTradingLogs(
  sql: Sql | Transaction,
  lines: readonly TradingLogLine[],
): Promise<void> {
  await sendLast(sql, {
    text: `INSERT INTO logging.trading_logs
            ("timestamp", trade_id, order_id, symbol, side, quantity, price, strategy, status, error_message,
             correlation_id, event_id, execution_time_ms)
     SELECT line."timestamp", line.trade_id, line.order_id, line.symbol, line.side, line.quantity, line.price, line.strategy,
            line.status, line.error_message, line.correlation_id, line.event_id,
            CASE WHEN took.ms IS NOT NULL THEN least(took.ms, 2147483647)::int END
       FROM (SELECT *, min("timestamp") FILTER (WHERE status = 'pending') OVER (PARTITION BY order_id) AS made
               FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::numeric[], $7::numeric[],
                           $8::text[], $9::text[], $10::text[], $11::text[], $12::uuid[])
                    WITH ORDINALITY AS given ("timestamp", trade_id, order_id, symbol, side, quantity, price, strategy, status,
                                              error_message, correlation_id, event_id, place)) AS line
       LEFT JOIN LATERAL (
            SELECT min(log."timestamp") AS made FROM logging.trading_logs AS log
             WHERE log.correlation_id = line.correlation_id AND log.order_id = line.order_id AND log.status = 'pending'
            ) AS before ON line.trade_id IS NOT NULL
       LEFT JOIN LATERAL (
            SELECT extract(epoch FROM line."timestamp" - least(before.made, line.made)) * 1000 AS ms
            ) AS took ON line.trade_id IS NOT NULL
      ORDER BY line.place`,
    values: [
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
    name: 'logging_insert_trading_logs',
  });
}
