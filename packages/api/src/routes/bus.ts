import { poolSql } from '@trading/database';
import {
  dropDeadLetters,
  listDeadLetters,
  readBusStatus,
  retryDeadLetters,
  showDeadLetter,
} from '@trading/event-bus';
import { z } from 'zod';
import { principal } from '../access/authenticate';
import { accountsOf, requireAllAccounts } from '../access/principal';
import { json, named, pageOf, paging, utcTime } from '../fields';
import { page } from '../paging/page';
import { CHAIN, EVENT_LINES } from '../sql/chains';
import type { Routes } from './tools';

const group = z
  .object({
    group: z.string(),
    checkpoint: z.string(),
    eventsBehind: z.number().int().meta({ description: 'Counted up to 100,000.' }),
    secondsBehind: z.number().meta({ description: 'Since the first of them was published.' }),
    eventsParked: z
      .number()
      .int()
      .meta({ description: 'Those that failed and are tried again, and those behind them.' }),
    deadLetters: z.number().int(),
    movedAt: utcTime,
  })
  .meta({ id: 'GroupLag' });

const status = z
  .object({
    publishedLastMinute: z.number().int(),
    groups: z.array(group),
    relay: group
      .nullable()
      .meta({ description: 'How far events were announced; null where no relay has run.' }),
    horizon: z.object({
      hiddenEvents: z.number().int(),
      hiddenSeconds: z.number(),
      checkpointsAheadOfServer: z.boolean(),
      holders: z.array(json),
    }),
    partitions: z.array(
      z.object({ name: z.string(), bytes: z.number(), events: z.number(), open: z.boolean() }),
    ),
  })
  .meta({ id: 'BusStatus' });

const deadLetter = z
  .object({
    id: z.string(),
    group: z.string(),
    eventId: z.string(),
    eventType: z.string(),
    event: json,
    error: z.string(),
    stack: z.string().nullable(),
    attempts: z.number().int(),
    failedAt: utcTime,
    retryRequestedAt: utcTime.nullable(),
    resolvedAt: utcTime.nullable(),
  })
  .meta({ id: 'DeadLetter' });

const line = z
  .object({
    eventId: z.string(),
    eventType: z.string().nullable(),
    service: z.string(),
    level: z.string(),
    timestamp: utcTime,
    message: z.string(),
    correlationId: z.string().nullable(),
    causationId: z.string().nullable(),
  })
  .meta({ id: 'EventLine' });

const chainEvent = line.omit({ correlationId: true }).extend({ data: json }).meta({ id: 'ChainEvent' });

const byId = z.strictObject({ id: z.string().regex(/^\d{1,18}$/, 'must be the number of a dead letter') });
const TAGS = ['bus'];

/** The event bus: lag, dead letters, chains of events. */
export const busRoutes: Routes = (app, { sql, system }) => {
  const bus = poolSql(system.pools.event_bus);

  app.get(
    '/v1/bus',
    {
      config: { scope: 'read' },
      schema: { summary: 'Who is how far behind, and why', tags: TAGS, response: { 200: status } },
    },
    async () => {
      const { groups, relay, horizon, ...rest } = await readBusStatus(bus);
      return {
        ...rest,
        groups: [...groups],
        relay: relay ?? null,
        horizon: { ...horizon, holders: [...horizon.holders] },
        partitions: [...rest.partitions],
      };
    },
  );

  app.get(
    '/v1/dead-letters',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Events that a group could not handle, newest first, 100 at most',
        tags: TAGS,
        querystring: z.strictObject({
          group: named(100).optional(),
          resolved: z
            .enum(['true', 'false'])
            .default('false')
            .meta({ description: 'Those that were handled after all too.' }),
        }),
        response: { 200: z.object({ data: z.array(deadLetter) }) },
      },
    },
    async (request) => {
      requireAllAccounts(principal(request));
      const { group: of, resolved } = request.query;
      return {
        data: await listDeadLetters(bus, {
          resolved: resolved === 'true',
          ...(of === undefined ? {} : { group: of }),
        }),
      };
    },
  );

  const CHANGES = { retry: retryDeadLetters, drop: dropDeadLetters } as const;
  for (const what of ['retry', 'drop'] as const) {
    app.post(
      `/v1/dead-letters/:id/${what}`,
      {
        config: { scope: 'admin', changes: true },
        schema: {
          summary: what === 'retry' ? 'Let the group try a dead letter again' : 'Forget a dead letter',
          tags: TAGS,
          params: byId,
          response: {
            200: z.object({
              ids: z.array(z.string()).meta({ description: 'Empty where it was done before.' }),
            }),
          },
        },
      },
      async (request) => {
        requireAllAccounts(principal(request));
        const { id } = request.params as z.output<typeof byId>;
        await showDeadLetter(bus, id);
        return { ids: await CHANGES[what](bus, { ids: [id] }) };
      },
    );
  }

  app.get(
    '/v1/events/lines',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'What the log says of events, newest first; /v1/events is the live stream',
        tags: TAGS,
        querystring: z.strictObject({
          eventType: named(100).optional(),
          level: named(10).optional(),
          ...paging,
        }),
        response: { 200: pageOf(line) },
      },
    },
    async (request) =>
      page(sql, EVENT_LINES, 'event lines', request.query, {
        ...request.query,
        accounts: accountsOf(principal(request)),
      }),
  );

  app.get(
    '/v1/chains/:correlationId',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'All events of a chain, from the bar to the alert, in the order of their commits',
        description:
          '`causationId` is the `eventId` of what led to an event: together they are a tree. 1,000 at most.',
        tags: TAGS,
        params: z.strictObject({ correlationId: named(100) }),
        response: { 200: z.object({ correlationId: z.string(), events: z.array(chainEvent) }) },
      },
    },
    async (request) => {
      const { correlationId } = request.params;
      const values = [correlationId, accountsOf(principal(request))];
      return { correlationId, events: await sql.query<z.output<typeof chainEvent>>(CHAIN, values) };
    },
  );
};
