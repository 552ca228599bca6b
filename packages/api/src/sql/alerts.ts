import { columns } from './columns';
import { listQuery } from './readPage';

/** Alerts, by id. */
export const ALERTS = listQuery({
  text: `SELECT ${columns({
    plain: ['alert_id', 'name', 'event_type', 'rule', 'channel', 'throttle_seconds', 'active'],
    time: ['created_at', 'updated_at'],
  })} FROM notification.alerts`,
  key: { column: 'alert_id', type: 'text', order: 'ASC' },
  filters: {},
});

/** What alerts notified of, newest first. */
export const NOTIFICATIONS = listQuery({
  text: `SELECT ${columns({
    plain: [
      'id::text',
      'alert_id',
      'event_type',
      'channel',
      'status',
      'attempts',
      'message',
      'error',
      'correlation_id',
    ],
    time: ['occurred_at', 'created_at', 'sent_at'],
  })} FROM notification.notifications`,
  key: { column: 'id', type: 'bigint', order: 'DESC' },
  filters: { alertId: 'alert_id = ?', status: 'status = ?' },
});
