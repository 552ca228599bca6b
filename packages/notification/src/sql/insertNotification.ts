import type { Sql } from '@trading/database';

/** An alert that met an event. */
export interface NewNotification {
  readonly alertId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly channel: string;
  readonly message: string;
  readonly correlationId: string;
  /** When the event happened. */
  readonly occurredAt: Date;
  readonly throttleSeconds: number;
}

/**
 * Records a notification once for an alert and an event: pending, or throttled where another of the alert is about an
 * event less than `throttleSeconds` away.
 */
export async function insertNotification(sql: Sql, notification: NewNotification): Promise<void> {
  await sql.query(
    `INSERT INTO notification.notification_logs
            (alert_id, event_id, event_type, channel, message, correlation_id, occurred_at, status)
     SELECT $1::varchar, $2, $3, $4, $5, $6, $7::timestamptz,
            CASE WHEN $8::int > 0 AND EXISTS (
                      SELECT FROM notification.notification_logs
                       WHERE alert_id = $1 AND status <> 'throttled'
                         AND occurred_at > $7::timestamptz - make_interval(secs => $8)
                         AND occurred_at < $7::timestamptz + make_interval(secs => $8))
                 THEN 'throttled' ELSE 'pending' END
     ON CONFLICT (alert_id, event_id) DO NOTHING`,
    [
      notification.alertId,
      notification.eventId,
      notification.eventType,
      notification.channel,
      notification.message,
      notification.correlationId,
      notification.occurredAt,
      notification.throttleSeconds,
    ],
    'notification_insert_notification',
  );
}
