import { EVENTS, type EventType, readEventData, TradingError, type TradingEvent } from '@trading/model';
import type { LogPosition } from './logPosition';
import { UPCASTERS, type Upcasters, upcast } from './upcasters';

/** An event as the log holds it, before anyone has looked into it: what dead letters keep and streams carry. */
export interface EventRecord {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly service: string;
  readonly key: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
  readonly data: unknown;
}

/** An event of the log, at its checkpoint. */
export interface RecordedEvent {
  readonly position: LogPosition;
  readonly record: EventRecord;
}

/**
 * What a handler gets of a record: at the version that this program knows, checked against its type's schema. Fields that
 * it doesn't know are passed over.
 *
 * @throws TradingError `EVENTS.UNKNOWN_TYPE`, `EVENTS.WRONG_PUBLISHER`, `EVENTS.UNKNOWN_VERSION`, `EVENTS.INVALID`: no retry can help
 */
export function readRecord(record: EventRecord, upcasters: Upcasters = UPCASTERS): TradingEvent {
  const known = upcasters === UPCASTERS ? read.get(record) : undefined;
  if (known !== undefined) return known;
  const definition = isEventType(record.type) ? EVENTS[record.type] : undefined;
  if (definition === undefined) {
    throw new TradingError(
      'EVENTS.UNKNOWN_TYPE',
      `Event ${record.id} has the type ${record.type}, which is not in the catalogue`,
      {
        details: { id: record.id, type: record.type },
      },
    );
  }
  const type = record.type as EventType;
  if (!definition.publishers.includes(record.service)) {
    throw new TradingError(
      'EVENTS.WRONG_PUBLISHER',
      `Event ${record.id} is ${type} of ${record.service}; only ${definition.publishers.join(', ')} may publish that`,
      { details: { id: record.id, type, service: record.service } },
    );
  }
  const current = upcast(upcasters[type], record.version, definition.version, record.data);
  if (current === undefined) {
    throw new TradingError(
      'EVENTS.UNKNOWN_VERSION',
      `Event ${record.id} is ${record.type} version ${record.version}; this program reads version ${definition.version}, and older ones that it has an upcaster for`,
      { details: { id: record.id, type: record.type, version: record.version } },
    );
  }
  const data = readEventData(type, current.data);
  if ('problems' in data) {
    const { problems } = data;
    throw new TradingError(
      'EVENTS.INVALID',
      `Event ${record.id}, ${record.type}, breaks its schema: ${problems.join('; ')}`,
      {
        details: { id: record.id, type: record.type, problems },
      },
    );
  }
  const event = Object.freeze({
    id: record.id,
    type,
    version: definition.version,
    service: record.service,
    key: record.key,
    correlationId: record.correlationId,
    causationId: record.causationId,
    occurredAt: new Date(record.occurredAt),
    data: Object.freeze(data.data),
  });
  // Type and data were just proved to belong together, which TypeScript can't follow through the union.
  const checked = event as TradingEvent;
  if (upcasters === UPCASTERS) read.set(record, checked);
  return checked;
}

/** Records that were read before: several groups of a process are handed the same record. */
const read = new WeakMap<EventRecord, TradingEvent>();

/** Whether the catalogue knows the type. */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENTS, type);
}
