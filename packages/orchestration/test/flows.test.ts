import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@trading/testing';
import { z } from 'zod';
import { createPrefectClient, flow, type PrefectClient, runFlow, skipped, task } from '../src/index';
import { sharedPrefect } from './support/sharedPrefect';

let client: PrefectClient;
const unique = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;
const anything = z.looseObject({});

beforeAll(async () => {
  client = createPrefectClient((await sharedPrefect()).prefect);
}, 900_000);

const statesOf = async (flowRunId: string) =>
  (await client.flowRuns.states(flowRunId)).map(({ name }) => name);

describe('a flow in TypeScript', () => {
  it('appears with its states, parameters, tasks, logs and artifacts', async () => {
    const double = task('double', async ({ log, artifacts }, value: number) => {
      log.info(`doubling ${value}`);
      await artifacts.table('doubled', [{ value, twice: value * 2 }], 'what came out');
      return value * 2;
    });
    const doubling = flow(
      unique('doubling'),
      async (run, { values }) => {
        run.log.warning('begins');
        const results = await Promise.all(values.map((value) => double(run, value)));
        return { sum: results.reduce((a, b) => a + b, 0), correlationId: run.correlationId };
      },
      { parameters: z.object({ values: z.array(z.number()).default([1, 2]) }) },
    );

    const outcome = await runFlow(client, doubling, { parameters: { values: [3, 4] } });

    const { flowRunId } = outcome;
    expect(outcome).toMatchObject({ state: 'COMPLETED', result: { sum: 14, correlationId: flowRunId } });
    expect(await statesOf(flowRunId)).toEqual(['Pending', 'Running', 'Completed']);
    expect((await client.flowRuns.byId(flowRunId)).parameters).toEqual({ values: [3, 4] });
    expect(
      (await client.taskRuns.list(flowRunId)).map(({ name, state_name }) => `${name} ${state_name}`).sort(),
    ).toEqual(['double-0 Completed', 'double-1 Completed']);
    const logs = await client.logs.list({ flowRunId });
    expect(logs.map(({ message }) => message).sort()).toEqual(['begins', 'doubling 3', 'doubling 4']);
    const artifacts = await client.artifacts.list(flowRunId);
    expect(artifacts.map(({ key, type }) => `${key} ${type}`)).toEqual(['doubled table', 'doubled table']);
  });

  it('refuses wrong parameters before it runs, and does not try them again', async () => {
    const strict = flow(unique('strict'), async () => undefined, {
      parameters: z.object({ symbol: z.string() }),
      retries: 3,
    });

    const outcome = await runFlow(client, strict, { parameters: { symbol: 3 } });

    expect(outcome).toMatchObject({
      state: 'FAILED',
      message: expect.stringMatching(/FLOW.INVALID_PARAMETERS: parameters: symbol: /),
    });
    expect(await statesOf(outcome.flowRunId)).toEqual(['Pending', 'Failed']);
  });

  it('is tried again as often as it says, and completed tasks are not done twice', async () => {
    let done = 0;
    const effect = task('effect', async () => {
      done += 1;
      return { done };
    });
    const shaky = flow(
      unique('shaky'),
      async (run) => {
        const result = await effect(run, undefined);
        if (run.attempt < 3) throw new RangeError(`attempt ${run.attempt}`);
        return result;
      },
      { parameters: anything, retries: 2 },
    );

    const outcome = await runFlow(client, shaky);

    expect(outcome).toMatchObject({ state: 'COMPLETED', result: { done: 1 } });
    expect(await statesOf(outcome.flowRunId)).toEqual([
      'Pending',
      'Running',
      'AwaitingRetry',
      'Running',
      'AwaitingRetry',
      'Running',
      'Completed',
    ]);
  });

  it('fails with the reason once the tries are used up', async () => {
    const broken = task(
      'broken',
      async () => {
        throw new RangeError('no such bar');
      },
      { retries: 1 },
    );
    const failing = flow(unique('failing'), async (run) => broken(run, undefined), { parameters: anything });

    const outcome = await runFlow(client, failing);

    expect(outcome).toMatchObject({ state: 'FAILED', message: 'RangeError: no such bar' });
    const [taskRun] = await client.taskRuns.list(outcome.flowRunId);
    expect(taskRun).toMatchObject({ state_name: 'Failed', run_count: 2 });
  });

  it('times out', async () => {
    const endless = flow(
      unique('endless'),
      (run) =>
        new Promise<void>((_resolve, reject) => {
          run.signal.addEventListener('abort', () => reject(run.signal.reason));
        }),
      { parameters: anything, timeoutSeconds: 0.3 },
    );

    const outcome = await runFlow(client, endless);

    expect(outcome).toMatchObject({ state: 'FAILED', stateName: 'TimedOut' });
  });

  it('honours a cancellation', async () => {
    const endless = flow(
      unique('cancelled'),
      (run) =>
        new Promise<void>((_resolve, reject) => {
          run.signal.addEventListener('abort', () => reject(run.signal.reason));
        }),
      { parameters: anything },
    );

    const ended = runFlow(client, endless, { cancelPollMs: 50 });
    const run = await until('the run', async () => {
      const [found] = await client.flowRuns.list({ flowNames: [endless.name] });
      return found?.state_type === 'RUNNING' ? found : undefined;
    });
    await client.flowRuns.setState(run.id, { type: 'CANCELLING' });

    expect(await ended).toMatchObject({ state: 'CANCELLED' });
    expect(await statesOf(run.id)).toEqual(['Pending', 'Running', 'Cancelling', 'Cancelled']);
  });

  it('is Skipped where there is nothing to do', async () => {
    const idle = flow(unique('idle'), async () => skipped('XNYS is closed on 2025-01-09'), {
      parameters: anything,
    });

    const outcome = await runFlow(client, idle);

    expect(outcome).toMatchObject({
      state: 'COMPLETED',
      stateName: 'Skipped',
      message: 'XNYS is closed on 2025-01-09',
    });
  });

  it('runs another as its child', async () => {
    const child = flow(unique('child'), async (_run, { of }) => `child of ${of}`, {
      parameters: z.object({ of: z.string() }),
    });
    const parent = flow(unique('parent'), async (run) => run.call(child, { of: 'parent' }), {
      parameters: anything,
    });

    const outcome = await runFlow(client, parent);

    expect(outcome).toMatchObject({ state: 'COMPLETED', result: 'child of parent' });
    const [standIn] = await client.taskRuns.list(outcome.flowRunId);
    const [childRun] = await client.flowRuns.list({ flowNames: [child.name] });
    expect(standIn).toMatchObject({ state_name: 'Completed' });
    expect(childRun).toMatchObject({ parent_task_run_id: standIn?.id, state_name: 'Completed' });
  });
});
