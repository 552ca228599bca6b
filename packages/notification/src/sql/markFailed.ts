import type { Sql } from '@trading/database';

/** Records that an attempt failed: the notification is due again in `retryInMs`, or has failed for good where that is null. */
export async function markFailed(
  sql: Sql,
  failure: { readonly id: string; readonly error: string; readonly retryInMs: number | null },
): Promise<void> {
  await sql.query(
    `UPDATE notification.notification_logs
        SET error = $2, status = CASE WHEN $3::float8 IS NULL THEN 'failed' ELSE 'pending' END,
            next_attempt_at = now() + make_interval(secs => coalesce($3, 0) / 1000)
      WHERE id = $1 AND status = 'pending'`,
    [failure.id, failure.error, failure.retryInMs],
    'notification_mark_failed',
  );
}
