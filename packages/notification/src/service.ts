import { poolSql, type ServicePool } from '@trading/database';
import { createPublisher } from '@trading/event-bus';
import { TradingError } from '@trading/model';
import { type Alert, type AlertDefinition, parseAlert } from './alert';
import { createAlertRules, type UnreadableAlertListener } from './alertRules';
import { createLogChannel, type NotificationChannel, type NotificationLogger } from './channel';
import { type DeliveryResult, deliverDue, unknownChannel } from './delivery';
import { createDeliveryLoop } from './deliveryLoop';
import { type AlertHandlers, alertHandlers } from './raiseAlerts';
import { type StoredAlert, selectAlerts } from './sql/selectAlerts';
import { updateAlertActive } from './sql/updateAlertActive';
import { upsertAlert } from './sql/upsertAlert';

/** What the notification service needs. */
export interface NotificationServiceOptions {
  readonly pool: ServicePool;
  /** Where the `log` channel writes. */
  readonly logger: NotificationLogger;
  /** More channels, by the name that alerts give. */
  readonly channels?: Readonly<Record<string, NotificationChannel>>;
  /** How often a notification is tried before it counts as failed. 5. */
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
   * Stores an alert, in place of an earlier one of the same id.
   *
   * @throws TradingError `NOTIFICATION.INVALID_ALERT`, `NOTIFICATION.UNKNOWN_CHANNEL`
   */
  defineAlert(definition: AlertDefinition): Promise<Alert>;
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

/** Makes the notification service over its pool. */
export function createNotificationService(options: NotificationServiceOptions): NotificationService {
  const { pool } = options;
  const sql = poolSql(pool);
  const channels = { log: createLogChannel(options.logger), ...options.channels };
  const rules = createAlertRules({
    ttlMs: options.alertsTtlMs ?? 1_000,
    nowMs: options.nowMs ?? (() => performance.now()),
    onUnreadable: options.onUnreadableAlert ?? (() => {}),
  });
  const publisher = createPublisher({ service: 'notification' });
  const deliver = () =>
    deliverDue({
      pool,
      publisher,
      channels,
      maxAttempts: options.maxAttempts ?? 5,
      retryInMs:
        options.retryInMs ?? ((attempts) => Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1))),
      sendTimeoutMs: options.sendTimeoutMs ?? 30_000,
    });
  const loop = createDeliveryLoop({
    work: deliver,
    pauseMs: options.pollMs ?? 1_000,
    onError: options.onError ?? (() => {}),
  });
  return {
    batchHandlers: alertHandlers(rules),
    async defineAlert(definition) {
      const alert = parseAlert(definition);
      if (!Object.hasOwn(channels, alert.channel)) throw unknownChannel(alert.channel, channels);
      await upsertAlert(sql, alert);
      rules.invalidate();
      return alert;
    },
    async setAlertActive(alertId, active) {
      if (!(await updateAlertActive(sql, alertId, active))) {
        throw new TradingError('NOTIFICATION.NOT_FOUND', `there is no alert '${alertId}'`, {
          details: { field: 'alertId', value: alertId },
        });
      }
      rules.invalidate();
    },
    listAlerts: () => selectAlerts(sql, { activeOnly: false }),
    deliver,
    start: () => loop.start(),
    stop: () => loop.stop(),
    [Symbol.asyncDispose]: () => loop.stop(),
  };
}
