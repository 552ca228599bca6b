import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { repositoryRoot } from '@trading/testing';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { apiDescription, SCOPES, type Scope } from '../src';
import { type ApiWorld, openApiWorld } from './apiWorld';
import { type RouteSample, routeSamples } from './routes';

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { responses: Record<string, Response> }>>>>;
  readonly components: { readonly schemas: object };
}
interface Response {
  readonly content: Readonly<Record<string, { readonly schema: object }>>;
}

let world: ApiWorld;
let samples: RouteSample[];
let description: Description;
beforeAll(async () => {
  world = await openApiWorld();
  samples = await routeSamples(world);
  description = (await world.ask('GET', '/v1/openapi.json', { key: undefined })).body;
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

/** What is wrong with a body by the schema that the description has for it. */
function wrongWith({ method, route, status }: RouteSample, body: unknown, type: string): string[] {
  const operation = description.paths[route]?.[method.toLowerCase()];
  const answer = operation?.responses[status] ?? operation?.responses.default;
  const schema = answer?.content[type]?.schema;
  if (schema === undefined) return [`${method} ${route}: ${status} as ${type} is not described`];
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema({ $id: 'api', components: description.components });
  const check = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')));
  return check(body)
    ? []
    : (check.errors ?? []).map(({ instancePath, message }) => `${method} ${route}${instancePath} ${message}`);
}

describe('the description', () => {
  it('is what docs/api/openapi.json holds', async () => {
    expect(readFileSync(join(repositoryRoot(), 'docs/api/openapi.json'), 'utf8')).toBe(
      await apiDescription(),
    );
  });

  it('has each route that there is a sample of, and the stream, and no other', () => {
    const described = Object.entries(description.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const sampled = samples.map(({ method, route }) => `${method} ${route}`);
    expect(described.sort()).toEqual([...sampled, 'GET /v1/events'].sort());
  });

  it('is what each route answers', async () => {
    const wrong: string[] = [];
    for (const sample of samples) {
      const { method, path, body, status } = sample;
      const answer = await world.ask(method, path, { body });
      if (answer.status !== status)
        wrong.push(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
      wrong.push(...wrongWith(sample, answer.body, type));
    }
    expect({ wrong, warnings: world.warnings }).toEqual({ wrong: [], warnings: [] });
  });
});

describe('who may do what', () => {
  it('lets each scope do what its routes need and nothing above', async () => {
    const wrong: string[] = [];
    const keys = new Map<Scope, string>();
    for (const scope of SCOPES) keys.set(scope, (await world.key(scope)).key);
    for (const { method, path, route, body, scope } of samples) {
      if (scope === 'none') continue;
      const open = await world.ask(method, path, { key: undefined, body });
      if (open.status !== 401) wrong.push(`${method} ${route} without a key: ${open.status}`);
      for (const [holds, key] of keys) {
        const { status, body: answer } = await world.ask(method, path, { key, body });
        const enough = SCOPES.indexOf(holds) >= SCOPES.indexOf(scope);
        if (
          enough
            ? status === 401 || status === 403 || status >= 500
            : status !== 403 || answer.code !== 'API.SCOPE_TOO_SMALL'
        )
          wrong.push(`${method} ${route} with ${holds}: ${status} ${answer.code}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('shows and lets trade the accounts of a key only', async () => {
    const { key } = await world.key('admin', { accounts: ['OTHER'] });
    const lists = [
      '/v1/accounts',
      '/v1/positions?flat=true',
      '/v1/orders',
      '/v1/fills',
      '/v1/strategies',
      '/v1/signals',
      '/v1/figures',
    ];
    for (const list of lists) {
      const { body } = await world.ask('GET', list, { key });
      expect({ list, accounts: body.data.map((item: { accountId?: string }) => item.accountId) }).toEqual({
        list,
        accounts: list === '/v1/accounts' ? ['OTHER'] : [],
      });
    }
    const refused = samples.filter(({ path, body }) =>
      /DESK|trend|orders\//.test(path + JSON.stringify(body ?? '')),
    );
    for (const { method, path, body } of refused) {
      const answer = await world.ask(method, path, { key, body });
      expect({ method, path, status: answer.status, code: answer.body.code }).toEqual({
        method,
        path,
        status: 403,
        code: 'API.ACCOUNT_NOT_COVERED',
      });
    }
    const all = ['/v1/dead-letters', '/v1/notifications', '/v1/reports', '/v1/audit-log', '/v1/keys'];
    for (const path of all)
      expect((await world.ask('GET', path, { key })).body.code).toBe('API.ACCOUNT_NOT_COVERED');
  });
});
