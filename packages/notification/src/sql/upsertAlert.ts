import type { Sql } from '@trading/database';
import type { Alert } from '../alert';

/** Stores an alert in place of an earlier one of the same id; one that says the same is left alone. */
export async function upsertAlert(sql: Sql, alert: Alert): Promise<void> {
  await sql.query(
    `INSERT INTO notification.alert_configs AS kept
            (alert_id, name, event_type, rule, channel, recipients, throttle_seconds, active)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (alert_id) DO UPDATE
        SET name = excluded.name, event_type = excluded.event_type, rule = excluded.rule, channel = excluded.channel,
            recipients = excluded.recipients, throttle_seconds = excluded.throttle_seconds, active = excluded.active
      WHERE (kept.name, kept.event_type, kept.rule, kept.channel, kept.recipients, kept.throttle_seconds, kept.active)
            IS DISTINCT FROM
            (excluded.name, excluded.event_type, excluded.rule, excluded.channel, excluded.recipients,
             excluded.throttle_seconds, excluded.active)`,
    [
      alert.alertId,
      alert.name,
      alert.eventType,
      JSON.stringify(alert.rule),
      alert.channel,
      alert.recipients,
      alert.throttleSeconds,
      alert.active,
    ],
  );
}
