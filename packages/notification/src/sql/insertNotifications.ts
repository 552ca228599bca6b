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
  /** Throttled: another of the alert is about an event close by. */
  readonly status: 'pending' | 'throttled';
}

/** Records notifications in their order, each once for an alert and an event. */
export async function insertNotifications(
  sql: Sql,
  notifications: readonly NewNotification[],
): Promise<void> {
  await sql.query(
    `INSERT INTO notification.notification_logs
            (alert_id, event_id, event_type, channel, message, correlation_id, occurred_at, status)
     SELECT alert_id, event_id, event_type, channel, message, correlation_id, occurred_at, status
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[])
            WITH ORDINALITY AS raised (alert_id, event_id, event_type, channel, message, correlation_id, occurred_at, status, place)
      ORDER BY place
     ON CONFLICT (alert_id, event_id) DO NOTHING`,
    [
      notifications.map(({ alertId }) => alertId),
      notifications.map(({ eventId }) => eventId),
      notifications.map(({ eventType }) => eventType),
      notifications.map(({ channel }) => channel),
      notifications.map(({ message }) => message),
      notifications.map(({ correlationId }) => correlationId),
      notifications.map(({ occurredAt }) => occurredAt),
      notifications.map(({ status }) => status),
    ],
    'notification_insert_notifications',
  );
}
