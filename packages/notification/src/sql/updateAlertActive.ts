import type { Sql } from '@trading/database';

/** Switches an alert on or off. @returns whether there is such an alert */
export async function updateAlertActive(sql: Sql, alertId: string, active: boolean): Promise<boolean> {
  const rows = await sql.query(
    'UPDATE notification.alert_configs SET active = $2 WHERE alert_id = $1 RETURNING id',
    [alertId, active],
  );
  return rows.length === 1;
}
