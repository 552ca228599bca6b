import type { Sql } from '@trading/database';

/** Makes whoever decides on the same alerts' notifications wait until this transaction ends. */
export async function lockAlerts(sql: Sql, alertIds: readonly string[]): Promise<void> {
  // In one order for all, so that two can't wait for each other.
  await sql.query(
    'SELECT FROM notification.alert_configs WHERE alert_id = ANY ($1) ORDER BY alert_id FOR NO KEY UPDATE',
    [alertIds],
    'notification_lock_alerts',
  );
}
