import {
  EVENT_TYPES,
  EVENTS,
  type EventType,
  eventSentence,
  TradingError,
  type TradingEvent,
} from '@trading/model';
import { z } from 'zod';
import { conditionSchema, holds, valueAt } from './condition';

/** The events that alerts may watch: all but the one that tells of alerts. */
export type AlertableType = Exclude<EventType, 'alert_sent'>;

/** The event types that alerts may watch; those of packages among them. */
export function alertableTypes(): AlertableType[] {
  return EVENT_TYPES.filter((type) => type !== 'alert_sent');
}

/** What an alert says of the events that it is about, as stored in `alert_configs.rule`; `{}` is every event. */
const ruleSchema = z.strictObject({
  /** All of them must hold. */
  conditions: z.array(conditionSchema).default([]),
  /** What is said; `{field}` stands for the event's value. The alert's name and the event's own sentence unless given. */
  message: z.string().min(1).max(500).optional(),
});

const definitionSchema = z.strictObject({
  alertId: z.string().min(1).max(100),
  /** For people. */
  name: z.string().min(1).max(100),
  eventType: z.string().refine(isAlertable, {
    error: () => `must be one of ${alertableTypes().join(', ')}`,
  }),
  rule: ruleSchema,
  /** By which channel it goes out: `log`, or another that the service was given. */
  channel: z.string().min(1).max(20),
  /** Whom to tell; what it means is the channel's: addresses, numbers, nothing. */
  recipients: z.array(z.string().min(1).max(320)).default([]),
  /** At most one notification for events that happened within this many seconds of one another; 0 is no throttle. */
  throttleSeconds: z.int().min(0).default(0),
  active: z.boolean().default(true),
});

/** An alert: which events, whom to tell, how, and how often at most. */
export type Alert = z.output<typeof definitionSchema>;

/** An alert as its author states it; what has a default may be left out. */
export type AlertDefinition = z.input<typeof definitionSchema>;

/**
 * Reads an alert's definition.
 *
 * @throws TradingError `NOTIFICATION.INVALID_ALERT` naming each field that is wrong, a condition on a field that the
 *   event doesn't have included
 */
export function parseAlert(definition: unknown): Alert {
  const parsed = definitionSchema.safeParse(definition);
  const problems = parsed.success
    ? unknownFields(parsed.data)
    : parsed.error.issues.map((issue) => `${issue.path.join('.') || 'alert'}: ${issue.message}`);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new TradingError('NOTIFICATION.INVALID_ALERT', `the alert is wrong: ${problems.join('; ')}`, {
    details: { problems },
  });
}

function isAlertable(type: string): type is AlertableType {
  return alertableTypes().some((known) => known === type);
}

/** Whether an alert is about this event. */
export function matches(alert: Alert, event: TradingEvent): boolean {
  return (
    alert.eventType === event.type && alert.rule.conditions.every((condition) => holds(condition, event.data))
  );
}

/** What an alert says about an event. */
export function alertMessage(alert: Alert, event: TradingEvent): string {
  const { message } = alert.rule;
  if (message === undefined) return `${alert.name}: ${eventSentence(event)}`;
  return message.replace(/\{([\w.]{1,64})\}/g, (placeholder, field: string) => {
    const value = valueAt(event.data, field);
    if (value === undefined) return placeholder;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  });
}

function unknownFields(alert: Alert): string[] {
  const known = Object.keys(EVENTS[alert.eventType].data.shape);
  return alert.rule.conditions
    .map(({ field }) => field.split('.')[0] ?? '')
    .filter((field) => !known.includes(field))
    .map((field) => `rule.conditions: ${alert.eventType} has no field '${field}', but ${known.join(', ')}`);
}
