import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createPrefectClient, type PrefectClient, StateRefusedError } from '../src/index';
import { sharedPrefect } from './support/sharedPrefect';

let client: PrefectClient;
const unique = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;

beforeAll(async () => {
  client = createPrefectClient((await sharedPrefect()).prefect);
}, 900_000);

async function newRun() {
  const flow = await client.flows.ensure(unique('flow'));
  return client.flowRuns.create({ flowId: flow.id, state: { type: 'PENDING' } });
}

describe('the typed client', () => {
  it('creates a flow once and finds it by name and id', async () => {
    const name = unique('flow');

    const first = await client.flows.ensure(name, { tags: ['x'] });
    const second = await client.flows.ensure(name);

    expect(second.id).toBe(first.id);
    expect((await client.flows.byName(name)).tags).toEqual(['x']);
    expect((await client.flows.byId(first.id)).name).toBe(name);
    await client.flows.remove(first.id);
    await expect(client.flows.byId(first.id)).rejects.toMatchObject({ code: 'PREFECT.NOT_FOUND' });
  });

  it('makes pools, queues, deployments, schedules and runs', async () => {
    const pool = unique('pool');
    const flow = await client.flows.ensure(unique('flow'));
    await client.workPools.create({ name: pool, type: 'trading' });
    await client.workQueues.create(pool, { name: 'heavy', priority: 2 });
    const deployment = await client.deployments.upsert({
      name: 'production',
      flow_id: flow.id,
      work_pool_name: pool,
      work_queue_name: 'heavy',
      parameters: { symbol: 'AAPL' },
      enforce_parameter_schema: false,
    });
    const [schedule] = await client.schedules.add(deployment.id, [
      { active: true, schedule: { cron: '0 18 * * 1-5', timezone: 'America/New_York' } },
    ]);
    const key = randomUUID();
    const run = await client.deployments.createRun(deployment.id, {
      idempotencyKey: key,
      labels: { why: 'test' },
    });
    const again = await client.deployments.createRun(deployment.id, { idempotencyKey: key });
    const due = await client.workPools.scheduledRuns(pool, {
      before: new Date(Date.now() + 1000),
      queues: ['heavy'],
    });

    expect(again.id).toBe(run.id);
    // Beside those that its schedule may have just made due.
    expect(due.map(({ flow_run }) => flow_run.id)).toContain(run.id);
    expect((await client.schedules.list(deployment.id)).map(({ id }) => id)).toEqual([schedule?.id]);
    expect((await client.workQueues.list(pool)).map(({ name }) => name).sort()).toEqual(['default', 'heavy']);
    expect(await client.flowRuns.byId(run.id)).toMatchObject({
      parameters: { symbol: 'AAPL' },
      labels: { why: 'test' },
      work_pool_name: pool,
      state_type: 'SCHEDULED',
    });
    await expect(client.workPools.create({ name: pool, type: 'trading' })).rejects.toMatchObject({
      code: 'PREFECT.CONFLICT',
    });
    await client.deployments.pause(deployment.id);
    expect((await client.deployments.byName(flow.name, 'production')).paused).toBe(true);
  });

  it('knows workers by their heartbeats', async () => {
    const pool = unique('pool');
    await client.workPools.create({ name: pool, type: 'trading' });

    await client.workers.heartbeat(pool, 'w1', 30);

    expect(await client.workers.list(pool)).toMatchObject([{ name: 'w1', status: 'ONLINE' }]);
    await client.workers.remove(pool, 'w1');
    expect(await client.workers.list(pool)).toEqual([]);
  });

  it('keeps variables, artifacts, logs and limits', async () => {
    const name = unique('v').replaceAll('-', '_');
    await client.variables.set(name, { a: 1 });
    await client.variables.set(name, 'two');
    expect((await client.variables.get(name))?.value).toBe('two');
    await client.variables.remove(name);
    expect(await client.variables.get(name)).toBeUndefined();

    const run = await newRun();
    const key = unique('report');
    await client.artifacts.create({ key, type: 'markdown', data: '# Hi', flow_run_id: run.id });
    expect((await client.artifacts.latest(key)).data).toBe('# Hi');
    expect((await client.artifacts.list(run.id)).map((artifact) => artifact.key)).toEqual([key]);

    const line = { name: 'test', level: 20, timestamp: new Date().toISOString(), flow_run_id: run.id };
    await client.logs.write([
      { ...line, message: 'said' },
      { ...line, level: 10, message: 'whispered' },
    ]);
    const heard = await client.logs.list({ flowRunId: run.id, minimumLevel: 20 });
    expect(heard.map(({ message }) => message)).toEqual(['said']);

    const limit = unique('limit');
    await client.concurrencyLimits.set(limit, 1);
    const lease = await client.concurrencyLimits.acquire([limit], { leaseSeconds: 600 });
    expect(lease).toMatchObject({ limits: [limit] });
    expect(await client.concurrencyLimits.acquire([limit])).toBeUndefined();
    if (lease !== undefined) {
      await client.concurrencyLimits.renew(lease, 600);
      await client.concurrencyLimits.release(lease);
    }
    expect((await client.concurrencyLimits.byName(limit)).active_slots).toBe(0);
  });

  it('keeps blocks, and their secrets to itself unless asked', async () => {
    const slug = unique('broker');
    const type = await client.blocks.createType({ name: slug, slug });
    const schema = await client.blocks.createSchema({
      block_type_id: type.id,
      fields: {
        title: 'Broker',
        type: 'object',
        properties: { key: { type: 'string', format: 'password' } },
        secret_fields: ['key'],
      },
    });
    const block = await client.blocks.createDocument({
      name: 'paper',
      block_type_id: type.id,
      block_schema_id: schema.id,
      data: { key: 'hush' },
    });

    expect((await client.blocks.document(slug, 'paper')).data).not.toEqual({ key: 'hush' });
    expect((await client.blocks.document(slug, 'paper', { includeSecrets: true })).data).toEqual({
      key: 'hush',
    });
    await client.blocks.removeDocument(block.id);
  });
});

describe('set_state', () => {
  it("throws a refusal with the server's reason", async () => {
    const run = await newRun();
    await client.flowRuns.setState(run.id, { type: 'RUNNING' });

    const refusal = await client.flowRuns.setState(run.id, { type: 'PENDING' }).catch((error) => error);

    expect(refusal).toBeInstanceOf(StateRefusedError);
    expect(refusal).toMatchObject({
      code: 'PREFECT.STATE_REFUSED',
      status: 'ABORT',
      reason: 'This run is in a RUNNING state and cannot transition to a PENDING state.',
    });
    expect((await client.flowRuns.states(run.id)).map(({ type }) => type)).toEqual(['PENDING', 'RUNNING']);
  });

  it('says how long to wait for a run that is not due', async () => {
    const flow = await client.flows.ensure(unique('flow'));
    const run = await client.flowRuns.create({
      flowId: flow.id,
      state: {
        type: 'SCHEDULED',
        state_details: { scheduled_time: new Date(Date.now() + 600_000).toISOString() },
      },
    });

    await expect(client.flowRuns.setState(run.id, { type: 'RUNNING' })).rejects.toMatchObject({
      status: 'WAIT',
      delaySeconds: expect.any(Number),
    });
  });
});

describe('a server that is away', () => {
  it('is asked again where the call is safe to repeat, and never where it is not', async () => {
    const calls: string[] = [];
    const server = createServer((request, response) => {
      calls.push(`${request.method} ${request.url}`);
      const repeated = calls.filter((call) => call === calls.at(-1)).length > 2;
      response.writeHead(repeated ? 200 : 503, { 'content-type': 'application/json' });
      response.end(repeated ? '"3.4.14"' : '{"detail":"restarting"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const away = createPrefectClient({ apiUrl: `http://127.0.0.1:${port}/api`, timeoutMs: 90_000 });

    await expect(away.version()).resolves.toBe('3.4.14');
    await expect(
      away.logs.write([{ name: 'x', level: 20, message: 'm', timestamp: '2026-01-01T00:00:00Z' }]),
    ).rejects.toMatchObject({
      code: 'PREFECT.SERVER_ERROR',
      transient: true,
      details: { status: 503, reason: 'restarting' },
    });

    expect(calls).toEqual([...Array(3).fill('GET /api/admin/version'), 'POST /api/logs/']);
    await new Promise((resolve) => server.close(resolve));
  });

  it('is named in the error', async () => {
    const nobody = createPrefectClient({ apiUrl: 'http://127.0.0.1:9/api', attempts: 1 });

    await expect(nobody.version()).rejects.toMatchObject({ code: 'PREFECT.UNREACHABLE', transient: true });
    expect(await nobody.healthy()).toBe(false);
  });

  it('is given an API key where it wants one, and the login of its URL, which is shown without', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('"3.4.14"');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;

    await createPrefectClient({
      apiUrl: `http://127.0.0.1:${port}/api`,
      auth: { kind: 'apiKey', apiKey: 'pnu_x' },
    }).version();

    const { apiUrl, version } = createPrefectClient({ apiUrl: `http://me:pa%2Fss@127.0.0.1:${port}/api` });
    await version();

    expect(seen).toEqual(['Bearer pnu_x', `Basic ${Buffer.from('me:pa/ss').toString('base64')}`]);
    expect(apiUrl).toBe(`http://127.0.0.1:${port}/api`);
    await new Promise((resolve) => server.close(resolve));
  });
});
