import { inTransaction, poolSql, type ServicePool } from '@trading/database';
import type { Publisher } from '@trading/event-bus';
import { TradingError } from '@trading/model';
import type { NotificationChannel, NotificationChannels, OutgoingNotification } from './channels/channel';
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
  readonly channels: NotificationChannels;
  readonly maxAttempts: number;
  /** How long to wait after the n-th failed attempt, ms. */
  readonly retryInMs: (attempts: number) => number;
  /** How long one attempt may take. */
  readonly sendTimeoutMs: number;
}

/** Notifications claimed at a time. */
const BATCH = 20;

/**
 * Sends every notification that is due: those of each channel apart, so that one that hangs holds up no other. What is on a
 * channel that this process wasn't given waits for one that was. No transaction is open while a channel sends. A notification goes out at least once: a process that dies after sending, before it could
 * mark that, leaves it to be sent again under the same id.
 */
export async function deliverDue(options: DeliveryOptions): Promise<DeliveryResult> {
  const results = await Promise.all(
    Object.keys(options.channels).map((channel) => deliverChannel(channel, options)),
  );
  const sum = { sent: 0, retried: 0, failed: 0 };
  for (const { sent, retried, failed } of results) {
    sum.sent += sent;
    sum.retried += retried;
    sum.failed += failed;
  }
  return sum;
}

/** Sends what is due on one channel. */
export async function deliverChannel(channel: string, options: DeliveryOptions): Promise<DeliveryResult> {
  const sql = poolSql(options.pool);
  const result = { sent: 0, retried: 0, failed: 0 };
  // Longer than a whole batch may take, so that nobody sends what is still being sent here.
  const leaseMs = options.sendTimeoutMs * (BATCH + 1);
  for (;;) {
    const claimed = await claimNotifications(sql, { channel, limit: BATCH, leaseMs });
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
  const { correlationId, occurredAt } = notification;
  await sendInTime(channelOf(name, options.channels), name, options.sendTimeoutMs, {
    notificationId: `${alertId}:${eventId}`,
    alertId,
    alertName,
    recipients,
    message,
    eventType,
    correlationId,
    occurredAt,
  });
}

/**
 * Makes one attempt and bounds its time.
 *
 * @throws what the channel throws; TradingError `NOTIFICATION.SEND_TIMEOUT`
 */
export async function sendInTime(
  channel: NotificationChannel,
  name: string,
  sendTimeoutMs: number,
  notification: OutgoingNotification,
): Promise<void> {
  const attempt = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new TradingError(
      'NOTIFICATION.SEND_TIMEOUT',
      `channel ${name} took longer than ${sendTimeoutMs} ms`,
      { kind: 'operational', transient: true },
    );
    timer = setTimeout(() => {
      reject(error);
      attempt.abort(error);
    }, sendTimeoutMs);
  });
  try {
    await Promise.race([channel.send(notification, attempt.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The channel of this name. @throws TradingError `NOTIFICATION.UNKNOWN_CHANNEL` */
export function channelOf(name: string, channels: NotificationChannels): NotificationChannel {
  const channel = Object.hasOwn(channels, name) ? channels[name] : undefined;
  if (channel !== undefined) return channel;
  throw unknownChannel(name, channels);
}

function unknownChannel(name: string, channels: NotificationChannels): TradingError {
  return new TradingError(
    'NOTIFICATION.UNKNOWN_CHANNEL',
    `channel is '${name}'; it must be one of ${Object.keys(channels).join(', ')}`,
    { details: { field: 'channel', value: name } },
  );
}

/** What is kept as the reason. A server's answer may hold anything, control characters for a terminal among it. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\p{Cc}+/gu, ' ');
}
