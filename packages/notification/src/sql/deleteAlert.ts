import type { Sql } from '@trading/database';

/** Deletes an alert that never notified. @returns whether it was deleted */
export async function deleteAlert(sql: Sql, alertId: string): Promise<boolean> {
  const rows = await sql.query(
    `DELETE FROM notification.alert_configs AS a
      WHERE alert_id = $1
        AND NOT EXISTS (SELECT FROM notification.notification_logs AS n WHERE n.alert_id = a.alert_id)
     RETURNING id`,
    [alertId],
  );
  return rows.length === 1;
}
