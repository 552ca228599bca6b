import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { findProcess, withConnection } from '@trading/local';
import { until } from '@trading/testing';
import { createPrefectClient, createWorker, type PrefectClient } from '../src/index';
import { type ProgramInput, programCommand } from './support/programs';
import { type SharedPrefect, sharedPrefect } from './support/sharedPrefect';
import { spawnWorker } from './support/spawnWorker';
import { switchedProxy } from './support/switchedProxy';

let shared: SharedPrefect;
let client: PrefectClient;

beforeAll(async () => {
  shared = await sharedPrefect();
  client = createPrefectClient(shared.prefect);
}, 900_000);

async function newPool(): Promise<ProgramInput> {
  const pool = `pool-${randomUUID().slice(0, 8)}`;
  await client.workPools.create({ name: pool, type: 'trading' });
  return { prefect: shared.prefect, loggingUrl: shared.postgres.services.logging, pool };
}

async function deploy(pool: string, flowName: string, more: { concurrency_limit?: number } = {}) {
  const flow = await client.flows.ensure(flowName);
  return client.deployments.upsert({
    name: pool,
    flow_id: flow.id,
    work_pool_name: pool,
    enforce_parameter_schema: false,
    ...more,
  });
}

async function inState(flowRunId: string, ...names: string[]) {
  try {
    return await until(`${flowRunId} to be ${names.join(' or ')}`, async () => {
      const run = await client.flowRuns.byId(flowRunId);
      return names.includes(run.state_name ?? '') ? run : undefined;
    });
  } catch (error) {
    throw new RangeError(
      `${error instanceof Error ? error.message : error}; it was ${await statesOf(flowRunId)}`,
    );
  }
}

const statesOf = async (flowRunId: string) =>
  (await client.flowRuns.states(flowRunId)).map(({ name }) => name);

async function effectsOf(flowRunId: string): Promise<string[]> {
  return withConnection(shared.postgres.services.logging, async (logging) => {
    const { rows } = await logging.query<{ event_type: string }>(
      'SELECT event_type FROM logging.system_logs WHERE correlation_id = $1 ORDER BY id',
      [flowRunId],
    );
    return rows.map(({ event_type }) => event_type);
  });
}

describe('workers', () => {
  it('run each due run once among several, and forget themselves when they stop', async () => {
    const input = await newPool();
    const deployment = await deploy(input.pool, 'quick');
    await using first = spawnWorker(input);
    await using second = spawnWorker(input);

    const runs = await Promise.all(
      Array.from({ length: 8 }, () => client.deployments.createRun(deployment.id)),
    );
    for (const { id } of runs) await inState(id, 'Completed');

    for (const { id } of runs) {
      expect(await statesOf(id)).toEqual(['Scheduled', 'Pending', 'Running', 'Completed']);
    }
    // A worker tells of what it did a moment after the server knows of it.
    const claimed = () => [...first.events, ...second.events].filter(({ type }) => type === 'claimed');
    await until('every claim to be told', async () => claimed().length >= 8);
    expect(claimed()).toHaveLength(8);
    expect(await client.workers.list(input.pool)).toHaveLength(2);
    expect([await first.stop(), await second.stop()]).toEqual([0, 0]);
    expect(await client.workers.list(input.pool)).toEqual([]);
  });

  it("take over a SIGKILLed worker's run, which ends as it should with every effect once", async () => {
    const input = { ...(await newPool()), heartbeatSeconds: 12 };
    const deployment = await deploy(input.pool, 'steps');
    // It is missed after three heartbeats and a half, by the other's next one.
    await using victim = spawnWorker({ ...input, heartbeatSeconds: 3 });
    const run = await client.deployments.createRun(deployment.id, { parameters: { steps: 3, holdAt: 1 } });
    await until('the second effect', async () => (await effectsOf(run.id)).length === 2);
    const pid = victim.events.flatMap((event) => (event.type === 'running' ? [event.pid] : []))[0] ?? 0;
    await using survivor = spawnWorker(input);
    await until('the survivor', async () => survivor.events.some(({ type }) => type === 'started'));

    await victim.kill9();
    const done = await inState(run.id, 'Completed', 'Failed');

    await until('the orphaned process to end', async () => findProcess(pid) === undefined);
    expect(done.state?.data).toMatchObject({ result: { done: [0, 1, 2] } });
    expect(await statesOf(run.id)).toEqual([
      'Scheduled',
      'Pending',
      'Running',
      'Crashed',
      'AwaitingRetry',
      'Pending',
      'Running',
      'Completed',
    ]);
    expect(await effectsOf(run.id)).toEqual(['step 0', 'step 1', 'step 2']);
    await until('the survivor to tell of the end', async () =>
      survivor.events.some(({ type }) => type === 'ended'),
    );
    expect(survivor.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['reaped', 'retried', 'claimed', 'running', 'ended']),
    );
    expect((await client.workers.list(input.pool)).map(({ status }) => status)).toEqual(['ONLINE']);
  });

  it('report a process that ends by itself as Crashed, and start it again as often as its flow says', async () => {
    const input = await newPool();
    const deployment = await deploy(input.pool, 'exits');
    await using worker = spawnWorker(input);

    const run = await client.deployments.createRun(deployment.id);
    await until(
      'two crashes',
      async () => (await statesOf(run.id)).filter((name) => name === 'Crashed').length === 2,
    );

    expect((await inState(run.id, 'Crashed')).state?.message).toMatch(/exit code 3/);
    expect(await statesOf(run.id)).toEqual([
      'Scheduled',
      'Pending',
      'Running',
      'Crashed',
      'AwaitingRetry',
      'Pending',
      'Running',
      'Crashed',
    ]);
    expect(worker.errors()).toBe('');
  });

  it('cancel runs, also one that does not listen', async () => {
    const input = await newPool();
    const sleeper = await deploy(input.pool, 'sleeper');
    const deaf = await deploy(input.pool, 'deaf');
    await using _worker = spawnWorker(input);
    const runs = await Promise.all([
      client.deployments.createRun(sleeper.id),
      client.deployments.createRun(deaf.id),
    ]);
    for (const { id } of runs) await inState(id, 'Running');

    for (const { id } of runs) await client.flowRuns.setState(id, { type: 'CANCELLING' });

    for (const { id } of runs) {
      await inState(id, 'Cancelled');
      expect(await statesOf(id)).toEqual(['Scheduled', 'Pending', 'Running', 'Cancelling', 'Cancelled']);
    }
  });

  it('keep to their own limit and to that of a deployment', async () => {
    const input = { ...(await newPool()), limit: 2 };
    const one = await deploy(input.pool, 'sleeper', { concurrency_limit: 1 });
    const many = await deploy(input.pool, 'resting');
    await using worker = spawnWorker(input);
    const held = await Promise.all([
      client.deployments.createRun(one.id),
      client.deployments.createRun(one.id),
    ]);
    const names = async () =>
      (await Promise.all(held.map(({ id }) => client.flowRuns.byId(id))))
        .map(({ state_name }) => state_name)
        .sort();
    await until('one to run and one to wait', async () => {
      const now = await names();
      return now.includes('Running') && now.includes('AwaitingConcurrencySlot');
    });

    const more = await Promise.all([1, 2, 3].map(() => client.deployments.createRun(many.id)));
    await until('the second slot to be taken', async () => {
      const runs = await client.flowRuns.list({ workPools: [input.pool], stateTypes: ['RUNNING'] });
      return runs.length === 2;
    });
    const states = await Promise.all(more.map(async ({ id }) => (await client.flowRuns.byId(id)).state_type));

    expect(states.filter((type) => type === 'SCHEDULED')).toHaveLength(2);
    const started = () => worker.events.filter(({ type }) => type === 'running');
    await until('both starts to be told', async () => started().length >= 2);
    expect(started()).toHaveLength(2);
  });

  it('give runs that do not end in time to another when they are stopped', async () => {
    const input = await newPool();
    const deployment = await deploy(input.pool, 'resting');
    await using first = spawnWorker(input);
    const run = await client.deployments.createRun(deployment.id);
    await inState(run.id, 'Running');

    expect(await first.stop()).toBe(0);
    expect((await client.flowRuns.byId(run.id)).state_name).toBe('AwaitingRetry');
    await using _second = spawnWorker(input);

    expect((await inState(run.id, 'Completed')).state?.data).toMatchObject({ result: { attempt: 2 } });
    expect(await statesOf(run.id)).not.toContain('Crashed');
  });

  it('tell of a crash when the server can be reached again', async () => {
    const input = await newPool();
    const deployment = await deploy(input.pool, 'exits');
    await using proxy = await switchedProxy(shared.prefect);
    const heard: string[] = [];
    let pid = 0;
    await using worker = createWorker({
      client: createPrefectClient({ ...proxy.connection, attempts: 1 }),
      pool: input.pool,
      flows: [],
      command: (run) => programCommand('childProgram', { ...input, ...run }),
      pollMs: 200,
      heartbeatSeconds: 60,
      listen: (event) => {
        heard.push(event.type);
        if (event.type !== 'running') return;
        proxy.cut = true;
        pid = event.pid;
      },
    });
    const run = await client.deployments.createRun(deployment.id);
    await worker.start();
    await until('the process to end', async () => pid !== 0 && findProcess(pid) === undefined);
    await until('its end to be untold', async () => heard.includes('error'));
    expect(await statesOf(run.id)).toContain('Running');
    expect(await statesOf(run.id)).not.toContain('Crashed');

    proxy.cut = false;

    await until('the crash to be told', async () => (await statesOf(run.id)).includes('Crashed'));
  });
});
