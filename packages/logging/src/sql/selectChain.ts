import type { Sql } from '@trading/database';
import type { LogLevel } from '../logLevel';

/** A line of one chain: of the system log, or of the trading log right after the system line of the same event. */
export interface ChainLine {
  readonly log: 'system' | 'trading';
  /** When it happened; market time in a replay. */
  readonly timestamp: Date;
  /** Null for a trading line. */
  readonly service: string | null;
  readonly level: LogLevel | null;
  readonly eventType: string | null;
  readonly eventId: string | null;
  readonly message: string;
}

/**
 * Every line that carries a correlation id, in the order in which they were written: events are logged in the order in
 * which they were committed, so an effect comes after its cause even where both bear the same market time.
 */
export async function selectChain(sql: Sql, correlationId: string): Promise<ChainLine[]> {
  const rows = await sql.query<{
    log: 'system' | 'trading';
    timestamp: Date;
    service: string | null;
    level: LogLevel | null;
    event_type: string | null;
    event_id: string | null;
    message: string;
  }>(
    `SELECT 'system' AS log, "timestamp", service, level, event_type, event_id, message, id AS place, 0 AS within
       FROM logging.system_logs
      WHERE correlation_id = $1
     UNION ALL
     SELECT 'trading', t."timestamp", NULL, NULL, s.event_type, t.event_id,
            concat_ws(' ', t.status, t.side, trim_scale(t.quantity), t.symbol, 'at ' || trim_scale(t.price), t.error_message),
            s.id, t.id
       FROM logging.trading_logs t
       LEFT JOIN logging.system_logs s ON s.correlation_id = $1 AND s.event_id = t.event_id
      WHERE t.correlation_id = $1
      ORDER BY place NULLS LAST, within`,
    [correlationId],
    'logging_select_chain',
  );
  return rows.map((row) => ({
    log: row.log,
    timestamp: row.timestamp,
    service: row.service,
    level: row.level,
    eventType: row.event_type,
    eventId: row.event_id,
    message: row.message,
  }));
}
