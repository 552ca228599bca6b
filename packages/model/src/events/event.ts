import type { z } from 'zod';
import { TradingError } from '../errors';
import { EVENTS, type EventData, type EventType } from './catalogue';
import { createEventId } from './eventId';
import { unstorable } from './storable';

/** One event, immutable once it is made. */
export type TradingEvent<T extends EventType = EventType> = {
  [Type in T]: {
    readonly id: string;
    readonly type: Type;
    readonly version: number;
    /** The service that published it. */
    readonly service: string;
    /** Events of one key are handled in order. */
    readonly key: string;
    /** Shared by the whole chain, from bar to alert. */
    readonly correlationId: string;
    /** The event that led to this one. */
    readonly causationId: string | null;
    /** When it happened, UTC; in a replay that is market time. */
    readonly occurredAt: Date;
    readonly data: EventData<Type>;
  };
}[T];

/** Where an event comes from and what it follows. */
export interface EventOrigin {
  readonly service: string;
  /** The event that is being handled: its correlation id is carried on. */
  readonly cause?: Pick<TradingEvent, 'id' | 'correlationId'> | undefined;
  /** Joins the event to another chain than its cause's: a command's, or that of the order which a bar filled. */
  readonly correlationId?: string | undefined;
  /** Now, unless it happened at another time. */
  readonly occurredAt?: Date | undefined;
}

/**
 * The data of a stored event, by its type's schema. A field that the schema doesn't know is passed over: a newer program
 * has added it. Anything else that breaks the schema is a problem.
 */
export function readEventData<T extends EventType>(
  type: T,
  data: unknown,
): { readonly data: EventData<T> } | { readonly problems: readonly string[] } {
  const schema: z.ZodType = EVENTS[type].data;
  const strict = schema.safeParse(data);
  if (strict.success) return { data: strict.data as EventData<T> };
  const unknown = strict.error.issues.filter((issue) => issue.code === 'unrecognized_keys');
  if (unknown.length < strict.error.issues.length) return { problems: problemsOf(strict.error) };
  const known = structuredClone(data);
  for (const { path, keys } of unknown) {
    const owner = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], known);
    for (const key of keys) delete (owner as Record<string, unknown>)[key];
  }
  const parsed = schema.safeParse(known);
  return parsed.success ? { data: parsed.data as EventData<T> } : { problems: problemsOf(parsed.error) };
}

function problemsOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.join('.') || 'data'}: ${issue.message}`);
}

/**
 * Makes an event of the catalogue's current version.
 *
 * @throws TradingError `EVENTS.INVALID` naming each field that breaks the type's schema or can't be stored,
 *   `EVENTS.WRONG_PUBLISHER`
 */
export function createEvent<T extends EventType>(
  type: T,
  data: EventData<T>,
  origin: EventOrigin,
): TradingEvent<T> {
  const definition = EVENTS[type];
  if (!(definition.publishers as readonly string[]).includes(origin.service)) {
    throw new TradingError(
      'EVENTS.WRONG_PUBLISHER',
      `${type} is published by ${definition.publishers.join(', ')}, not by ${origin.service}`,
      { kind: 'bug', details: { type, service: origin.service } },
    );
  }
  const parsed = definition.data.safeParse(data);
  const problems = parsed.success ? unstorable(parsed.data) : problemsOf(parsed.error);
  if (!parsed.success || problems.length > 0) {
    throw new TradingError(
      'EVENTS.INVALID',
      `${type} version ${definition.version} refuses ${problems.join('; ')}`,
      {
        kind: 'bug',
        details: { type, version: definition.version, problems },
      },
    );
  }
  const id = createEventId();
  // Each definition's key takes its own data, which safeParse has just proved; TypeScript can't join the two.
  const key = (definition.key as (data: unknown) => string)(parsed.data);
  const event = {
    id,
    type,
    version: definition.version,
    service: origin.service,
    key,
    correlationId: origin.correlationId ?? origin.cause?.correlationId ?? id,
    causationId: origin.cause?.id ?? null,
    occurredAt: origin.occurredAt ?? new Date(),
    data: parsed.data,
  };
  return event as TradingEvent<T>;
}
