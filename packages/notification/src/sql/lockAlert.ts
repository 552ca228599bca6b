import type { Sql } from '@trading/database';

/** Makes whoever decides on the same alert's notifications wait until this transaction ends. */
export async function lockAlert(sql: Sql, alertId: string): Promise<void> {
  await sql.query(
    'SELECT FROM notification.alert_configs WHERE alert_id = $1 FOR NO KEY UPDATE',
    [alertId],
    'notification_lock_alert',
  );
}
