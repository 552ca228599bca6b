import { z } from 'zod';
import { EVENT_TYPES, EVENTS, type EventType } from './catalogue';

/** One field of an event's data. */
export interface FieldDescription {
  readonly name: string;
  /** JSON type, with the format or the values where there are any. */
  readonly type: string;
  readonly description: string;
}

/** One event type, for people. */
export interface EventDescription {
  readonly type: EventType;
  readonly version: number;
  readonly publishers: readonly string[];
  readonly summary: string;
  readonly fields: readonly FieldDescription[];
}

interface JsonSchema {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly description?: string;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

/** The catalogue as data: what `trading events` prints. */
export function describeEvents(): EventDescription[] {
  return EVENT_TYPES.map((type) => {
    const { version, publishers, summary, data } = EVENTS[type];
    const schema = z.toJSONSchema(data) as JsonSchema;
    const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => ({
      name,
      type: typeText(field),
      description: field.description ?? field.anyOf?.find((option) => option.description)?.description ?? '',
    }));
    return { type, version, publishers, summary, fields };
  });
}

/**
 * The catalogue as SQL: who may publish what, and in which version. The owner runs it, as often as one likes; types of packages
 * are among them where they were registered before.
 */
export function eventTypesSql(): string {
  const rows = EVENT_TYPES.flatMap((type) =>
    EVENTS[type].publishers.map((publisher) => `  ('${type}', '${publisher}', ${EVENTS[type].version})`),
  );
  return [
    '-- Written by `npx trading sql` from packages/model/src/events/catalogue.ts: edit that, never this.',
    'INSERT INTO event_bus.event_types (type, publisher, version) VALUES',
    `${rows.join(',\n')}`,
    'ON CONFLICT (type, publisher) DO UPDATE SET version = excluded.version WHERE event_types.version <> excluded.version;',
    '',
  ].join('\n');
}

function typeText(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeText).join(' or ');
  if (schema.enum !== undefined) return schema.enum.map((value) => `"${value}"`).join(', ');
  if (schema.format !== undefined) return schema.format;
  return schema.pattern?.includes('\\d{1,20}') === true ? 'decimal as text' : (schema.type ?? 'any');
}

/** The catalogue as Markdown: what docs/events.md holds. */
export function eventsDocument(): string {
  const sections = describeEvents().flatMap(({ type, version, publishers, summary, fields }) => [
    `## ${type}`,
    '',
    `Version ${version}, published by ${publishers.join(', ')}. ${summary}`,
    '',
    '| field | type | |',
    '| --- | --- | --- |',
    ...fields.map(
      ({ name, type: fieldType, description }) => `| \`${name}\` | ${fieldType} | ${description} |`,
    ),
    '',
  ]);
  return [
    '# The event catalogue',
    '',
    'Written by `npm run docs` from `packages/model/src/events/catalogue.ts`; a test compares the two.',
    '',
    'Every event carries `id`, `type`, `version`, `service`, `key` (events of one key are handled in order),',
    '`correlationId` (one for the whole chain, from bar to alert), `causationId` (the event that led to it),',
    '`timestamp` (when it happened, UTC) and `data`, the fields below. Publishing refuses what does not fit.',
    '',
    ...sections,
  ].join('\n');
}
