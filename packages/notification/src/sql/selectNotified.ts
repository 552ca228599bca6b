import type { Sql } from '@trading/database';

/** A moment at which an alert would notify, and how far from others it has to be. */
export interface AlertMoment {
  readonly alertId: string;
  readonly at: Date;
  readonly seconds: number;
}

/** The indexes of the moments that have a stored notification of the alert, throttled ones apart, less than `seconds` away. */
export async function selectNotified(
  sql: Sql,
  moments: readonly AlertMoment[],
): Promise<ReadonlySet<number>> {
  const rows = await sql.query<{ index: number }>(
    `SELECT (place - 1)::int AS index
       FROM unnest($1::text[], $2::timestamptz[], $3::int[]) WITH ORDINALITY AS wanted (alert_id, at, seconds, place)
      WHERE EXISTS (
            SELECT FROM notification.notification_logs AS log
             WHERE log.alert_id = wanted.alert_id AND log.status <> 'throttled'
               AND log.occurred_at > wanted.at - make_interval(secs => wanted.seconds)
               AND log.occurred_at < wanted.at + make_interval(secs => wanted.seconds))`,
    [
      moments.map(({ alertId }) => alertId),
      moments.map(({ at }) => at),
      moments.map(({ seconds }) => seconds),
    ],
    'notification_select_notified',
  );
  return new Set(rows.map(({ index }) => index));
}
