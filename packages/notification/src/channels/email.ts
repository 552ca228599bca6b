import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { NotificationChannel } from './channel';
import { sendFailed } from './post';

/** How mail is sent. */
export interface EmailOptions {
  /** `smtp://` or `smtps://user:password@host:port`. `smtp://` turns to TLS where the server offers it. */
  readonly url: string;
  /** The sender, e.g. `Trading <alerts@example.com>`. */
  readonly from: string;
}

/** The most of a message that becomes its subject. */
const SUBJECT_LENGTH = 120;
/** Shorter than an attempt may take, so that the reason is the server's and not only that it took too long. */
const SERVER_TIMEOUT_MS = 20_000;

/**
 * The channel that sends mail to its alerts' recipients, which are addresses. The Message-ID follows from the notification:
 * a mail that goes out twice is the same mail to whoever sorts them.
 */
export function createEmailChannel({ url, from }: EmailOptions): NotificationChannel {
  const domain = /@([\w.-]+)/.exec(from)?.[1] ?? 'localhost';
  return {
    recipient: 'an e-mail address',
    recipientProblem: (recipient) =>
      /^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/.test(recipient) ? undefined : 'must be an e-mail address',
    async send({ notificationId, recipients, message, alertName, alertId, occurredAt }, signal) {
      const transport = createTransport({
        url,
        connectionTimeout: SERVER_TIMEOUT_MS,
        greetingTimeout: SERVER_TIMEOUT_MS,
        socketTimeout: SERVER_TIMEOUT_MS,
      });
      const stop = () => transport.close();
      signal.addEventListener('abort', stop, { once: true });
      try {
        const { rejected } = await transport.sendMail({
          from,
          to: [...recipients],
          // A line end in a header would be another header.
          subject: message.replace(/\s+/g, ' ').slice(0, SUBJECT_LENGTH),
          text: `${message}\n\nAlert: ${alertName} (${alertId})\nHappened: ${occurredAt.toISOString()}\n`,
          messageId: `<${createHash('sha256').update(notificationId).digest('hex').slice(0, 32)}@${domain}>`,
          headers: { 'X-Notification-Id': notificationId.replace(/[^\x21-\x7e]/g, '?') },
        });
        if (rejected.length > 0)
          throw new Error(`it refused ${rejected.map((each) => String(each)).join(', ')}`);
      } catch (error) {
        throw sendFailed('the mail server', error instanceof Error ? error.message : String(error));
      } finally {
        signal.removeEventListener('abort', stop);
        transport.close();
      }
    },
  };
}
