import { randomUUID } from 'node:crypto';
import { poolSql, type ServicePool } from '@trading/database';
import { createPublisher, createRepeated } from '@trading/event-bus';
import { TradingError } from '@trading/model';
import { type Alert, type AlertDefinition, parseAlert } from './alert';
import { createAlertRules, type UnreadableAlertListener } from './alertRules';
import type { NotificationChannel, NotificationChannels } from './channels/channel';
import {
  channelOf,
  type DeliveryOptions,
  type DeliveryResult,
  deliverChannel,
  deliverDue,
  sendInTime,
} from './delivery';
import { type AlertHandlers, alertHandlers } from './raiseAlerts';
import { deleteAlert } from './sql/deleteAlert';
import { type AlertHistory, selectAlertHistory } from './sql/selectAlertHistory';
import { type StoredAlert, selectAlerts } from './sql/selectAlerts';
import { updateAlertActive } from './sql/updateAlertActive';
import { upsertAlert } from './sql/upsertAlert';

/** What the notification service needs. */
export interface NotificationServiceOptions {
  readonly pool: ServicePool;
  readonly channels: NotificationChannels;
  /** How often a notification is tried before it counts as failed. 24: a channel may be away for an hour. */
  readonly maxAttempts?: number;
  /** How long to wait after the n-th failed attempt, ms. 1 s, doubled each time, at most 5 minutes. */
  readonly retryInMs?: (attempts: number) => number;
  /** How long one attempt may take, ms. 30 s. */
  readonly sendTimeoutMs?: number;
  /** How often `start` looks for notifications to send, ms. 1 s. */
  readonly pollMs?: number;
  /** How long a change of alerts that another process made may go unnoticed, ms. 1 s. */
  readonly alertsTtlMs?: number;
  /** A clock that runs evenly, ms. */
  readonly nowMs?: () => number;
  /** Told of each stored alert that can't be read. */
  readonly onUnreadableAlert?: UnreadableAlertListener;
  /** Hears of rounds of delivery that failed as a whole; the next one comes. */
  readonly onError?: (error: unknown) => void;
}

/** Events to people: alerts are raised in the handler's transaction and sent outside of it. */
export interface NotificationService extends AsyncDisposable {
  /** For a consumer of the group `notification`. */
  readonly batchHandlers: AlertHandlers;
  /**
   * Reads a definition as `defineAlert` does, and stores nothing.
   *
   * @throws TradingError `NOTIFICATION.INVALID_ALERT`, `NOTIFICATION.UNKNOWN_CHANNEL`
   */
  checkAlert(definition: unknown): Alert;
  /** Stores an alert, in place of an earlier one of the same id. @throws as `checkAlert` */
  defineAlert(definition: AlertDefinition): Promise<Alert>;
  /**
   * Takes an alert away. One that has notified stays, switched off: its notifications are history and name it.
   *
   * @throws TradingError `NOTIFICATION.NOT_FOUND`
   */
  removeAlert(alertId: string): Promise<'removed' | 'switched_off'>;
  /**
   * Sends a notification of an alert now, that says that it is a test: one attempt, which is neither recorded nor retried.
   *
   * @throws TradingError `NOTIFICATION.NOT_FOUND`, and what the channel throws
   */
  testAlert(alertId: string): Promise<void>;
  /** @throws TradingError `NOTIFICATION.NOT_FOUND` */
  getAlert(alertId: string): Promise<StoredAlert>;
  /** What became of each alert's notifications, by id; alerts that never notified are left out. */
  history(): Promise<AlertHistory[]>;
  /** Switches an alert on or off. @throws TradingError `NOTIFICATION.NOT_FOUND` */
  setAlertActive(alertId: string, active: boolean): Promise<void>;
  /** Every alert, by id. */
  listAlerts(): Promise<StoredAlert[]>;
  /** Sends what is due now, publishing `alert_sent` for each that went out. */
  deliver(): Promise<DeliveryResult>;
  /** Delivers again and again until `stop`. */
  start(): void;
  /** Finishes what is being sent. */
  stop(): Promise<void>;
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 300_000;

const SEND_TIMEOUT_MS = 30_000;
const MAX_ATTEMPTS = 24;

/** Makes the notification service over its pool. */
export function createNotificationService(options: NotificationServiceOptions): NotificationService {
  const { pool, channels } = options;
  const sql = poolSql(pool);
  const rules = createAlertRules({
    ttlMs: options.alertsTtlMs ?? 1_000,
    nowMs: options.nowMs ?? (() => performance.now()),
    onUnreadable: options.onUnreadableAlert ?? (() => {}),
  });
  const sendTimeoutMs = options.sendTimeoutMs ?? SEND_TIMEOUT_MS;
  const delivery: DeliveryOptions = {
    pool,
    publisher: createPublisher({ service: 'notification' }),
    channels,
    maxAttempts: options.maxAttempts ?? MAX_ATTEMPTS,
    retryInMs:
      options.retryInMs ?? ((attempts) => Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1))),
    sendTimeoutMs,
  };
  // One each: a channel that hangs keeps no other waiting.
  const loops = Object.keys(channels).map((channel) =>
    createRepeated({
      work: () => deliverChannel(channel, delivery),
      pauseMs: options.pollMs ?? 1_000,
      onError: options.onError ?? (() => {}),
    }),
  );
  const stop = async () => {
    await Promise.all(loops.map((loop) => loop.stop()));
  };
  const checkAlert = (definition: unknown) => {
    const alert = parseAlert(definition);
    requireRecipients(alert, channelOf(alert.channel, channels));
    return alert;
  };
  const getAlert = async (alertId: string) => {
    const [alert] = await selectAlerts(sql, { activeOnly: false, alertId });
    return alert ?? notFound(alertId);
  };
  return {
    batchHandlers: alertHandlers(rules),
    checkAlert,
    async defineAlert(definition) {
      const alert = checkAlert(definition);
      await upsertAlert(sql, alert);
      rules.invalidate();
      return alert;
    },
    async setAlertActive(alertId, active) {
      if (!(await updateAlertActive(sql, alertId, active))) notFound(alertId);
      rules.invalidate();
    },
    async removeAlert(alertId) {
      await getAlert(alertId);
      const removed = await deleteAlert(sql, alertId);
      if (!removed) await updateAlertActive(sql, alertId, false);
      rules.invalidate();
      return removed ? 'removed' : 'switched_off';
    },
    async testAlert(alertId) {
      const { name, channel, recipients, eventType } = await getAlert(alertId);
      const id = randomUUID();
      await sendInTime(channelOf(channel, channels), channel, sendTimeoutMs, {
        notificationId: `${alertId}:test-${id}`,
        alertId,
        alertName: name,
        recipients,
        message: `Test of the alert "${name}": nothing happened, and its notifications arrive here.`,
        eventType,
        correlationId: id,
        occurredAt: new Date(),
      });
    },
    getAlert,
    history: () => selectAlertHistory(sql),
    listAlerts: () => selectAlerts(sql, { activeOnly: false }),
    deliver: () => deliverDue(delivery),
    start() {
      for (const loop of loops) loop.start();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function requireRecipients(
  { recipients, channel }: Alert,
  { recipient, recipientProblem }: NotificationChannel,
) {
  const problems = recipients.flatMap((each, index) => {
    const problem = recipientProblem?.(each);
    return problem === undefined ? [] : [`recipients.${index} is '${each}': it ${problem}`];
  });
  if (recipientProblem !== undefined && recipients.length === 0)
    problems.push(`recipients is empty: channel ${channel} needs ${recipient}`);
  if (problems.length === 0) return;
  throw new TradingError('NOTIFICATION.INVALID_ALERT', `the alert is wrong: ${problems.join('; ')}`, {
    details: { problems },
  });
}

function notFound(alertId: string): never {
  throw new TradingError('NOTIFICATION.NOT_FOUND', `there is no alert '${alertId}'`, {
    details: { field: 'alertId', value: alertId },
  });
}
