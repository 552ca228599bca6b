import { SERVICE_NAMES, SERVICES, TABLES } from '@trading/database';
import { z } from 'zod';
import { principal } from '../access/authenticate';
import { requireAllAccounts, SCOPES } from '../access/principal';
import { json, named, pageOf, paging, utcTime } from '../fields';
import { page } from '../paging/page';
import { AUDIT_LOG } from '../sql/auditLog';
import { ISOLATION } from '../sql/isolation';
import type { Routes } from './tools';

const health = z
  .object({ status: z.enum(['ok', 'unavailable']), database: z.boolean(), time: utcTime })
  .meta({ id: 'Health' });

const pool = z.object({
  service: z.string(),
  max: z.number().int(),
  size: z.number().int(),
  idle: z.number().int(),
  waiting: z.number().int(),
});

const system = z
  .object({
    mode: z.string(),
    servers: z.array(
      z.object({
        name: z.string(),
        running: z.boolean(),
        host: z.string(),
        port: z.number().int(),
        version: z.string().optional(),
        problem: z.string().optional(),
      }),
    ),
    migrations: z.object({ applied: z.number().int(), pending: z.array(z.string()) }).nullable(),
    roles: z.array(z.object({ service: z.string(), role: z.string(), schema: z.string() })),
    pools: z.array(pool).meta({ description: 'Of this process.' }),
    process: z.object({
      uptimeSeconds: z.number(),
      memoryMb: z.number(),
      node: z.string(),
    }),
  })
  .meta({ id: 'System' });

const isolation = z
  .object({
    roles: z.array(z.string()),
    objects: z.array(
      z.object({
        object: z.string(),
        kind: z.enum(['table', 'view']),
        rights: z
          .record(z.string(), z.array(z.string()))
          .meta({ description: 'By role; a role that is not named has none.' }),
        asDeclared: z
          .boolean()
          .meta({ description: 'Whether the database grants what the isolation matrix says.' }),
      }),
    ),
  })
  .meta({ id: 'Isolation' });

const auditEntry = z
  .object({
    id: z.string(),
    keyId: z.string(),
    method: z.string(),
    path: z.string(),
    request: json,
    idempotencyKey: z.string().nullable(),
    status: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'Null where the server ended before it answered.' }),
    code: z.string().nullable(),
    startedAt: utcTime,
    finishedAt: utcTime.nullable(),
  })
  .meta({ id: 'AuditEntry' });

const key = z
  .object({
    keyId: z.string(),
    name: z.string(),
    kind: z.enum(['key', 'login']),
    scope: z.enum(SCOPES),
    accounts: z.array(z.string()),
    createdAt: utcTime,
    createdBy: z.string(),
    expiresAt: utcTime.nullable(),
    revokedAt: utcTime.nullable(),
    lastUsedAt: utcTime.nullable(),
  })
  .meta({ id: 'Key', description: 'Without its text, which is stored nowhere.' });

const TAGS = ['system'];

/** Health, servers, rights, and who changed what. */
export const systemRoutes: Routes = (app, { sql, keys, facts, system: running }) => {
  app.get(
    '/v1/health',
    {
      config: { scope: 'none' },
      schema: {
        summary: 'Whether the server and its database answer',
        tags: TAGS,
        response: { 200: health, 503: health },
      },
    },
    async (_request, reply) => {
      const database = await sql.query('SELECT 1').then(
        () => true,
        () => false,
      );
      return reply
        .code(database ? 200 : 503)
        .send({ status: database ? 'ok' : 'unavailable', database, time: new Date().toISOString() });
    },
  );

  app.get(
    '/v1/system',
    {
      config: { scope: 'read' },
      schema: { summary: 'Servers, migrations, roles, connections', tags: TAGS, response: { 200: system } },
    },
    async () => {
      const { mode, servers, migrations } = await facts();
      return {
        mode,
        servers: servers.map((server) => ({ ...server })),
        migrations:
          migrations === null ? null : { applied: migrations.applied, pending: [...migrations.pending] },
        roles: SERVICE_NAMES.map((service) => ({ service, ...SERVICES[service] })),
        pools: SERVICE_NAMES.map((service) => running.pools[service].figures()),
        process: {
          uptimeSeconds: Math.round(process.uptime()),
          memoryMb: Math.round(process.memoryUsage.rss() / 1024 ** 2),
          node: process.version,
        },
      };
    },
  );

  app.get(
    '/v1/system/isolation',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Who may touch what, as it is in the database',
        tags: TAGS,
        response: { 200: isolation },
      },
    },
    async () => {
      const roles = SERVICE_NAMES.map((service) => SERVICES[service].role);
      const schemas = SERVICE_NAMES.map((service) => SERVICES[service].schema);
      const rows = await sql.query<{ object: string; kind: 'table' | 'view'; role: string; verbs: string[] }>(
        ISOLATION,
        [schemas, roles],
      );
      const objects = new Map<string, { kind: 'table' | 'view'; rights: Record<string, string[]> }>();
      for (const { object, kind, role, verbs } of rows) {
        const entry = objects.get(object) ?? { kind, rights: {} };
        objects.set(object, entry);
        if (verbs.length > 0) entry.rights[role] = verbs;
      }
      return {
        roles: [...roles],
        objects: [...objects].map(([object, { kind, rights }]) => ({
          object,
          kind,
          rights,
          asDeclared: SERVICE_NAMES.every((service) => {
            const declared = TABLES.find(({ name }) => name === object)?.access[service] ?? [];
            const granted = rights[SERVICES[service].role] ?? [];
            return declared.length === granted.length && declared.every((verb) => granted.includes(verb));
          }),
        })),
      };
    },
  );

  app.get(
    '/v1/audit-log',
    {
      config: { scope: 'admin' },
      schema: {
        summary: 'Every change over HTTP, with its key, newest first',
        tags: TAGS,
        querystring: z.strictObject({ keyId: named(20).optional(), ...paging }),
        response: { 200: pageOf(auditEntry) },
      },
    },
    async (request) => {
      requireAllAccounts(principal(request));
      return page(sql, AUDIT_LOG, 'audit log', request.query, request.query);
    },
  );

  app.get(
    '/v1/keys',
    {
      config: { scope: 'admin' },
      schema: {
        summary: 'API keys, newest first',
        tags: TAGS,
        response: { 200: z.object({ data: z.array(key) }) },
      },
    },
    async (request) => {
      requireAllAccounts(principal(request));
      const listed = await keys.list();
      return {
        data: listed.map((each) => ({
          ...each,
          accounts: [...each.accounts],
          createdAt: each.createdAt.toISOString(),
          expiresAt: each.expiresAt?.toISOString() ?? null,
          revokedAt: each.revokedAt?.toISOString() ?? null,
          lastUsedAt: each.lastUsedAt?.toISOString() ?? null,
        })),
      };
    },
  );
};
