import type { Sql } from '@trading/database';

/** What became of an alert's notifications. */
export interface AlertHistory {
  readonly alertId: string;
  readonly sent: number;
  /** Not sent yet. */
  readonly pending: number;
  /** Given up after the last attempt. */
  readonly failed: number;
  readonly throttled: number;
  readonly lastSentAt: Date | null;
  /** Why the newest of those that failed or wait for another attempt did not go out; null where none did. */
  readonly error: string | null;
}

/** Counts the notifications of each alert that has any. */
export async function selectAlertHistory(sql: Sql): Promise<AlertHistory[]> {
  const rows = await sql.query<{
    alert_id: string;
    sent: number;
    pending: number;
    failed: number;
    throttled: number;
    last_sent_at: Date | null;
    error: string | null;
  }>(
    `SELECT alert_id,
            count(*) FILTER (WHERE status = 'sent')::int AS sent,
            count(*) FILTER (WHERE status = 'pending')::int AS pending,
            count(*) FILTER (WHERE status = 'failed')::int AS failed,
            count(*) FILTER (WHERE status = 'throttled')::int AS throttled,
            max(sent_at) AS last_sent_at,
            (array_agg(error ORDER BY id DESC) FILTER (WHERE error IS NOT NULL AND status IN ('pending', 'failed')))[1] AS error
       FROM notification.notification_logs
      GROUP BY alert_id
      ORDER BY alert_id`,
    [],
    'notification_select_alert_history',
  );
  return rows.map(({ alert_id: alertId, last_sent_at: lastSentAt, ...row }) => ({
    alertId,
    ...row,
    lastSentAt,
  }));
}
