import { inTransaction, poolSql, type ServicePool } from '@trading/database';
import type { Publisher } from '@trading/event-bus';
import { TradingError } from '@trading/model';
import type { NotificationChannel } from './channel';
import { type ClaimedNotification, claimNotifications } from './sql/claimNotifications';
import { markFailed } from './sql/markFailed';
import { markSent } from './sql/markSent';

/** What a delivery did. */
export interface DeliveryResult {
  readonly sent: number;
  /** Attempts that failed and are made again later. */
  readonly retried: number;
  /** Notifications that failed for good. */
  readonly failed: number;
}

/** What delivering needs. */
export interface DeliveryOptions {
  readonly pool: ServicePool;
  readonly publisher: Publisher;
  readonly channels: Readonly<Record<string, NotificationChannel>>;
  readonly maxAttempts: number;
  /** How long to wait after the n-th failed attempt, ms. */
  readonly retryInMs: (attempts: number) => number;
  /** How long one attempt may take. */
  readonly sendTimeoutMs: number;
}

/** Notifications claimed at a time. */
const BATCH = 20;

/**
 * Sends every notification that is due. No transaction is open while a channel sends: a slow one holds nothing up.
 * A notification goes out at least once: a process that dies after sending, before it could mark that, leaves it to be
 * sent again under the same id.
 */
export async function deliverDue(options: DeliveryOptions): Promise<DeliveryResult> {
  const sql = poolSql(options.pool);
  const result = { sent: 0, retried: 0, failed: 0 };
  // Longer than a whole batch may take, so that nobody sends what is still being sent here.
  const leaseMs = options.sendTimeoutMs * (BATCH + 1);
  for (;;) {
    const claimed = await claimNotifications(sql, { limit: BATCH, leaseMs });
    for (const notification of claimed) result[await deliverOne(notification, options)] += 1;
    if (claimed.length < BATCH) return result;
  }
}

async function deliverOne(
  notification: ClaimedNotification,
  options: DeliveryOptions,
): Promise<keyof DeliveryResult> {
  const { id, attempts } = notification;
  try {
    await send(notification, options);
  } catch (error) {
    const retryInMs = attempts >= options.maxAttempts ? null : options.retryInMs(attempts);
    await markFailed(poolSql(options.pool), { id, error: messageOf(error), retryInMs });
    return retryInMs === null ? 'failed' : 'retried';
  }
  await inTransaction(options.pool, async (tx) => {
    if (!(await markSent(tx, id))) return;
    const { alertId, eventId, eventType, channel, message, correlationId, occurredAt } = notification;
    const data = { alertId, eventId, eventType, channel, message };
    await options.publisher.publish(tx, 'alert_sent', data, {
      cause: { id: eventId, correlationId },
      occurredAt,
    });
  });
  return 'sent';
}

async function send(notification: ClaimedNotification, options: DeliveryOptions): Promise<void> {
  const { channel: name, alertId, eventId, alertName, recipients, message, eventType } = notification;
  const channel = Object.hasOwn(options.channels, name) ? options.channels[name] : undefined;
  if (channel === undefined) throw unknownChannel(name, options.channels);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new TradingError(
      'NOTIFICATION.SEND_TIMEOUT',
      `channel ${name} took longer than ${options.sendTimeoutMs} ms`,
      { kind: 'operational', transient: true },
    );
    timer = setTimeout(() => reject(error), options.sendTimeoutMs);
  });
  const { correlationId, occurredAt } = notification;
  const outgoing = { alertId, alertName, recipients, message, eventType, correlationId, occurredAt };
  try {
    await Promise.race([channel.send({ ...outgoing, notificationId: `${alertId}:${eventId}` }), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The error for a channel that was not given to this service. */
export function unknownChannel(
  name: string,
  channels: Readonly<Record<string, NotificationChannel>>,
): TradingError {
  return new TradingError(
    'NOTIFICATION.UNKNOWN_CHANNEL',
    `channel is '${name}'; it must be one of ${Object.keys(channels).join(', ')}`,
    { details: { field: 'channel', value: name } },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
