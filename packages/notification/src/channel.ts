/** What goes out. */
export interface OutgoingNotification {
  /** The same at every attempt: a channel that can tell doubles apart uses it. */
  readonly notificationId: string;
  readonly alertId: string;
  readonly alertName: string;
  readonly recipients: readonly string[];
  readonly message: string;
  readonly eventType: string;
  readonly correlationId: string;
  /** When the event happened. */
  readonly occurredAt: Date;
}

/** A way to reach people. `send` returns once the notification is out of our hands, and throws where it is not. */
export interface NotificationChannel {
  send(notification: OutgoingNotification): Promise<void>;
}

/** The part of a logger that the `log` channel writes to. */
export interface NotificationLogger {
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** The channel that writes notifications to the log, as warnings. */
export function createLogChannel(logger: NotificationLogger): NotificationChannel {
  return {
    async send({ message, alertId, recipients, eventType, correlationId }) {
      logger.warn(message, { alertId, recipients, eventType, correlationId });
    },
  };
}
