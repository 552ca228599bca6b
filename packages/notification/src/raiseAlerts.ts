import type { EventHandlers, HandlerContext } from '@trading/event-bus';
import type { TradingEvent } from '@trading/model';
import { ALERTABLE_TYPES, type AlertableType, alertMessage, matches } from './alert';
import type { AlertRules } from './alertRules';
import { insertNotification } from './sql/insertNotification';
import { lockAlert } from './sql/lockAlert';

/** Handlers for every event type that alerts may watch: each hit leaves a notification to be sent. */
export type AlertHandlers = Required<Pick<EventHandlers, AlertableType>>;

/** Makes the handlers over the alerts that are known. */
export function alertHandlers(rules: AlertRules): AlertHandlers {
  const raise = async (event: TradingEvent, { tx }: Pick<HandlerContext, 'tx'>) => {
    for (const alert of await rules.watching(tx, event.type)) {
      if (!matches(alert, event)) continue;
      // Two events at once must not both find the alert quiet.
      if (alert.throttleSeconds > 0) await lockAlert(tx, alert.alertId);
      await insertNotification(tx, {
        alertId: alert.alertId,
        eventId: event.id,
        eventType: event.type,
        channel: alert.channel,
        message: alertMessage(alert, event),
        correlationId: event.correlationId,
        occurredAt: event.occurredAt,
        throttleSeconds: alert.throttleSeconds,
      });
    }
  };
  const handlers: Partial<Record<AlertableType, typeof raise>> = {};
  for (const type of ALERTABLE_TYPES) handlers[type] = raise;
  // The types that can be watched are the keys that the loop went through.
  return handlers as AlertHandlers;
}
