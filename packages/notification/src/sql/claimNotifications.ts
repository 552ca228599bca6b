import type { Sql } from '@trading/database';

/** A notification that is this process's to send for now. */
export interface ClaimedNotification {
  /** Of the row. */
  readonly id: string;
  readonly alertId: string;
  readonly alertName: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly channel: string;
  readonly recipients: readonly string[];
  readonly message: string;
  readonly correlationId: string;
  readonly occurredAt: Date;
  /** This attempt included. */
  readonly attempts: number;
}

/**
 * Takes up to `limit` notifications of a channel that are due, oldest first. Nobody else gets them for `leaseMs`; a process that dies
 * while it sends leaves them to be sent again after that.
 */
export async function claimNotifications(
  sql: Sql,
  { channel, limit, leaseMs }: { readonly channel: string; readonly limit: number; readonly leaseMs: number },
): Promise<ClaimedNotification[]> {
  const rows = await sql.query<{
    id: string;
    alert_id: string;
    name: string;
    event_id: string;
    event_type: string;
    channel: string;
    recipients: string[];
    message: string;
    correlation_id: string | null;
    occurred_at: Date;
    attempts: number;
  }>(
    `WITH due AS (
       SELECT id FROM notification.notification_logs
        WHERE status = 'pending' AND next_attempt_at <= now()
          AND channel = $3
        ORDER BY id
        LIMIT $1
          FOR UPDATE SKIP LOCKED
     ), claimed AS (
       UPDATE notification.notification_logs n
          SET attempts = n.attempts + 1, next_attempt_at = now() + make_interval(secs => $2::float8 / 1000)
         FROM due
        WHERE n.id = due.id
       RETURNING n.*
     )
     SELECT n.id, n.alert_id, a.name, n.event_id, n.event_type, n.channel, a.recipients, n.message, n.correlation_id,
            n.occurred_at, n.attempts
       FROM claimed n
       JOIN notification.alert_configs a USING (alert_id)
      ORDER BY n.id`,
    [limit, leaseMs, channel],
    'notification_claim_notifications',
  );
  return rows.map((row) => ({
    id: row.id,
    alertId: row.alert_id,
    alertName: row.name,
    eventId: row.event_id,
    eventType: row.event_type,
    channel: row.channel,
    recipients: row.recipients,
    message: row.message,
    correlationId: row.correlation_id ?? row.event_id,
    occurredAt: row.occurred_at,
    attempts: row.attempts,
  }));
}
