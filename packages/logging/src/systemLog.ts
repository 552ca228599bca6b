import { eventSentence, type Severity, type TradingEvent } from '@trading/model';
import type { LogLevel } from './logLevel';
import { redact, redactText } from './redact';

/** A line of `system_logs`. */
export interface SystemLogLine {
  readonly timestamp: Date;
  readonly service: string;
  readonly level: LogLevel;
  readonly eventType: string | null;
  readonly message: string;
  readonly correlationId: string | null;
  /** JSON. */
  readonly metadata: unknown;
  /** The event that it tells of. */
  readonly eventId: string | null;
}

const SEVERITY_LEVELS: Readonly<Record<Severity, LogLevel>> = {
  info: 'info',
  warning: 'warn',
  critical: 'error',
};

/** What an event leaves in the system log. */
export function systemLogLine(event: TradingEvent): SystemLogLine {
  return {
    timestamp: event.occurredAt,
    service: event.service,
    level: levelOf(event),
    eventType: event.type,
    message: redactText(eventSentence(event)),
    correlationId: event.correlationId,
    metadata: redact({ causationId: event.causationId, version: event.version, data: event.data }),
    eventId: event.id,
  };
}

function levelOf(event: TradingEvent): LogLevel {
  switch (event.type) {
    case 'risk_event_raised':
      return SEVERITY_LEVELS[event.data.severity];
    case 'data_quality_failed':
      return 'warn';
    case 'order_updated':
      return event.data.status === 'rejected' ? 'warn' : 'info';
    case 'position_updated':
      return event.data.cause === 'mark' ? 'debug' : 'info';
    default:
      return 'info';
  }
}
