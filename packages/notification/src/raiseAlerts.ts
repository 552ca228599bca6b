import type { BatchContext, BatchHandlers } from '@trading/event-bus';
import type { TradingEvent } from '@trading/model';
import { type Alert, type AlertableType, alertableTypes, alertMessage, matches } from './alert';
import type { AlertRules } from './alertRules';
import { insertNotifications, type NewNotification } from './sql/insertNotifications';
import { lockAlerts } from './sql/lockAlerts';
import { selectNotified } from './sql/selectNotified';

/** Handlers for every event type that alerts may watch: each hit leaves a notification to be sent. */
export type AlertHandlers = Required<Pick<BatchHandlers, AlertableType>>;

/** An alert that met an event. */
interface Hit {
  readonly alert: Alert;
  readonly event: TradingEvent;
}

/** Makes the handlers over the alerts that are known. */
export function alertHandlers(rules: AlertRules): AlertHandlers {
  const raise = async (events: readonly TradingEvent[], { tx }: Pick<BatchContext, 'tx'>) => {
    const hits: Hit[] = [];
    for (const event of events) {
      for (const alert of await rules.watching(tx, event.type))
        if (matches(alert, event)) hits.push({ alert, event });
    }
    if (hits.length === 0) return 'unchanged';
    const throttled = await throttledHits(tx, hits);
    await insertNotifications(
      tx,
      hits.map((hit) => notificationOf(hit, throttled.has(hit))),
    );
    return undefined;
  };
  const handlers: Partial<Record<AlertableType, typeof raise>> = {};
  for (const type of alertableTypes()) handlers[type] = raise;
  // The types that can be watched are the keys that the loop went through.
  return handlers as AlertHandlers;
}

/** The hits of alerts that are not quiet: another notification of theirs is about an event less than `throttleSeconds` away. */
async function throttledHits(tx: BatchContext['tx'], hits: readonly Hit[]): Promise<ReadonlySet<Hit>> {
  const bounded = hits.filter(({ alert }) => alert.throttleSeconds > 0);
  if (bounded.length === 0) return new Set();
  // Two batches at once must not both find the alert quiet.
  await lockAlerts(tx, [...new Set(bounded.map(({ alert }) => alert.alertId))]);
  const near = await selectNotified(
    tx,
    bounded.map(({ alert, event }) => ({
      alertId: alert.alertId,
      at: event.occurredAt,
      seconds: alert.throttleSeconds,
    })),
  );
  const throttled = new Set<Hit>();
  const notifiedAt = new Map<string, number[]>();
  for (const [index, hit] of bounded.entries()) {
    const { alertId, throttleSeconds } = hit.alert;
    const at = hit.event.occurredAt.getTime();
    const times = notifiedAt.get(alertId) ?? [];
    notifiedAt.set(alertId, times);
    if (near.has(index) || times.some((time) => Math.abs(time - at) < throttleSeconds * 1_000))
      throttled.add(hit);
    else times.push(at);
  }
  return throttled;
}

function notificationOf({ alert, event }: Hit, throttled: boolean): NewNotification {
  return {
    alertId: alert.alertId,
    eventId: event.id,
    eventType: event.type,
    channel: alert.channel,
    message: alertMessage(alert, event),
    correlationId: event.correlationId,
    occurredAt: event.occurredAt,
    status: throttled ? 'throttled' : 'pending',
  };
}
