import type { Sql } from '@trading/database';

/** An alert as it is stored; its rule is not read yet. */
export interface StoredAlert {
  readonly alertId: string;
  readonly name: string;
  readonly eventType: string;
  readonly rule: unknown;
  readonly channel: string;
  readonly recipients: readonly string[];
  readonly throttleSeconds: number;
  readonly active: boolean;
}

/** The alerts, by id. */
export async function selectAlerts(
  sql: Sql,
  filter: { readonly activeOnly: boolean; readonly alertId?: string },
): Promise<StoredAlert[]> {
  const rows = await sql.query<{
    alert_id: string;
    name: string;
    event_type: string;
    rule: unknown;
    channel: string;
    recipients: string[];
    throttle_seconds: number;
    active: boolean;
  }>(
    `SELECT alert_id, name, event_type, rule, channel, recipients, throttle_seconds, active
       FROM notification.alert_configs
      WHERE (active OR NOT $1) AND ($2::varchar IS NULL OR alert_id = $2)
      ORDER BY alert_id`,
    [filter.activeOnly, filter.alertId ?? null],
    'notification_select_alerts',
  );
  return rows.map((row) => ({
    alertId: row.alert_id,
    name: row.name,
    eventType: row.event_type,
    rule: row.rule,
    channel: row.channel,
    recipients: row.recipients,
    throttleSeconds: row.throttle_seconds,
    active: row.active,
  }));
}
