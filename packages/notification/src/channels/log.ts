import type { NotificationChannel } from './channel';

/** The part of a logger that the `log` channel writes to. */
export interface NotificationLogger {
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** The channel that writes notifications to the log, as warnings; recipients are kept with the line. */
export function createLogChannel(logger: NotificationLogger): NotificationChannel {
  return {
    recipient: 'a name to keep with the line',
    async send({ message, alertId, recipients, eventType, correlationId }) {
      logger.warn(message, { alertId, recipients, eventType, correlationId });
    },
  };
}
