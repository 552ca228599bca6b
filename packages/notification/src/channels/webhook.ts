import { createHmac } from 'node:crypto';
import type { NotificationChannel, OutgoingNotification } from './channel';
import { post } from './post';

/** How a webhook is called. */
export interface WebhookOptions {
  /** Signs every request. At least 24 bytes of chance, as text; the receiver has the same. */
  readonly secret: string;
  /** Tells the time of the attempt; the system's unless given. */
  readonly now?: () => Date;
}

/**
 * The channel that posts notifications as JSON to its alerts' recipients, which are URLs. Each request has the three headers
 * of the Standard Webhooks convention: `webhook-id` (the same at every attempt), `webhook-timestamp` (seconds, of the
 * attempt) and `webhook-signature` (`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`).
 */
export function createWebhookChannel({
  secret,
  now = () => new Date(),
}: WebhookOptions): NotificationChannel {
  return {
    recipient: 'a URL to post to',
    recipientProblem: (recipient) =>
      URL.canParse(recipient) && /^https?:$/.test(new URL(recipient).protocol)
        ? undefined
        : 'must be an http:// or https:// URL',
    async send(notification, signal) {
      const id = notification.notificationId;
      const timestamp = String(Math.floor(now().getTime() / 1_000));
      const body = JSON.stringify(payloadOf(notification));
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': webhookSignature(secret, { id, timestamp, body }),
      };
      await Promise.all(
        notification.recipients.map((url) => post({ to: new URL(url).host, url, headers, body, signal })),
      );
    },
  };
}

/** The signature of a request, for receivers that check it: compare it in constant time, and refuse old timestamps. */
export function webhookSignature(
  secret: string,
  { id, timestamp, body }: { readonly id: string; readonly timestamp: string; readonly body: string },
): string {
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  return `v1,${signature}`;
}

function payloadOf(notification: OutgoingNotification) {
  const { alertId, alertName, message, eventType, correlationId, occurredAt } = notification;
  return {
    type: 'alert',
    timestamp: occurredAt.toISOString(),
    data: { alertId, alertName, message, eventType, correlationId },
  };
}
