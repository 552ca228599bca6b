import type { Sql } from '@trading/database';

/** Marks a notification as sent. @returns whether it was not marked before */
export async function markSent(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE notification.notification_logs SET status = 'sent', sent_at = now(), error = NULL
      WHERE id = $1 AND status = 'pending'
     RETURNING id`,
    [id],
    'notification_mark_sent',
  );
  return rows.length === 1;
}
