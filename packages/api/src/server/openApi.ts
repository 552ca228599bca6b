import fastifySwagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

type Document = Parameters<typeof jsonSchemaTransformObject>[0];

/** Describes the routes as OpenAPI 3.1, served at /v1/openapi.json. Registered before the routes that it is to describe. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'trading-system',
        version: '1.0.0',
        description: [
          'Money, prices and quantities are decimal text; times are RFC 3339 in UTC. Lists come a page at a time: send `nextCursor`',
          'as `cursor`. Errors are application/problem+json with a stable `code`. A change may be sent again under the same',
          '`Idempotency-Key`: it is done once. docs/api.md has more.',
        ].join(' '),
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'A key of `trading keys create`.' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'trading_session',
            description: 'The dashboard; changes need X-CSRF-Token.',
          },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (given) =>
      withProblems(jsonSchemaTransformObject(given as Document) as Description) as never,
  });
  app.get(
    '/v1/openapi.json',
    { config: { scope: 'none' }, schema: { hide: true } },
    async (_request, reply) => reply.type('application/json').send(JSON.stringify(app.swagger())),
  );
}

interface Operation {
  operationId?: string;
  security?: object[];
  parameters?: object[];
  responses: Record<string, object>;
  tags?: string[];
}

interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

/** What all operations have in common, and zod says nothing of: errors, who may ask, the Idempotency-Key. */
function withProblems(document: Description): Description {
  const answer = {
    description: 'What was wrong, and what would be right.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      operation.operationId = operationId(method, path);
      operation.responses.default = answer;
      operation.security =
        path === '/v1/health' || (path === '/v1/session' && method === 'post')
          ? []
          : [{ key: [] }, { session: [] }];
      if (method === 'post' && path !== '/v1/session') {
        operation.parameters = [
          ...(operation.parameters ?? []),
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: false,
            description:
              'The same request again under the same key, within a day, is answered as before and not done again.',
            schema: { type: 'string', maxLength: 100, pattern: '^[!-~]+$' },
          },
        ];
      }
    }
  }
  dropUnused(document);
  return document;
}

/** Each schema is described as it is sent and as it is received, and most are only one of them. */
function dropUnused(document: Description): void {
  const { schemas } = document.components;
  for (let dropped = true; dropped; ) {
    const text = JSON.stringify(document);
    const unused = Object.keys(schemas).filter((name) => !text.includes(`"#/components/schemas/${name}"`));
    for (const name of unused) delete schemas[name];
    dropped = unused.length > 0;
  }
}

/** `postOrdersByOrderIdCancel` */
function operationId(method: string, path: string): string {
  const words = path
    .replace('/v1/', '')
    .split('/')
    .flatMap((part) => (part.startsWith('{') ? ['by', ...part.slice(1, -1).split('-')] : part.split(/[-.]/)));
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
