import { z } from 'zod';
import { principal } from '../access/authenticate';
import { requireAllAccounts } from '../access/principal';
import { json, named, pageOf, paging, utcTime } from '../fields';
import { page } from '../paging/page';
import { ALERTS, NOTIFICATIONS } from '../sql/alerts';
import type { Routes } from './tools';

const alert = z
  .object({
    alertId: z.string(),
    name: z.string(),
    eventType: z.string(),
    rule: json,
    channel: z.string(),
    throttleSeconds: z.number().int(),
    active: z.boolean(),
    createdAt: utcTime,
    updatedAt: utcTime,
  })
  .meta({ id: 'Alert', description: 'Without its recipients.' });

const notification = z
  .object({
    id: z.string(),
    alertId: z.string(),
    eventType: z.string(),
    channel: z.string(),
    status: z.enum(['pending', 'sent', 'throttled', 'failed']),
    attempts: z.number().int(),
    message: z.string(),
    error: z.string().nullable(),
    correlationId: z.string().nullable(),
    occurredAt: utcTime,
    createdAt: utcTime,
    sentAt: utcTime.nullable(),
  })
  .meta({ id: 'Notification' });

const TAGS = ['alerts'];

/** Alerts and their notifications. */
export const alertRoutes: Routes = (app, { sql }) => {
  app.get(
    '/v1/alerts',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Alerts',
        tags: TAGS,
        querystring: z.strictObject({ ...paging }),
        response: { 200: pageOf(alert) },
      },
    },
    async (request) => page(sql, ALERTS, 'alerts', request.query, {}),
  );

  app.get(
    '/v1/notifications',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'What alerts notified of, newest first',
        tags: TAGS,
        querystring: z.strictObject({
          alertId: named(100).optional(),
          status: z.enum(['pending', 'sent', 'throttled', 'failed']).optional(),
          ...paging,
        }),
        response: { 200: pageOf(notification) },
      },
    },
    async (request) => {
      // Their text may name any account.
      requireAllAccounts(principal(request));
      return page(sql, NOTIFICATIONS, 'notifications', request.query, request.query);
    },
  );
};
