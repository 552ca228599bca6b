/** What goes out. */
export interface OutgoingNotification {
  /** The same at every attempt: a receiver that can tell doubles apart uses it. */
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

/** A way to reach people. What it is configured with, secrets included, it holds itself; alerts name only recipients. */
export interface NotificationChannel {
  /** What `recipients` of its alerts are, for people: `an e-mail address`; undefined where it takes none. */
  readonly recipient?: string;
  /** What is wrong with a recipient, or undefined where nothing is. Asked when an alert is defined. */
  recipientProblem?(recipient: string): string | undefined;
  /**
   * Returns once the notification is out of our hands, and throws where it is not. `signal` is aborted when the attempt has
   * taken too long: what is still under way then must end, or it would go out besides the next attempt.
   */
  send(notification: OutgoingNotification, signal: AbortSignal): Promise<void>;
}

/** Channels by the name that alerts give. */
export type NotificationChannels = Readonly<Record<string, NotificationChannel>>;
