import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  createPrefectClient,
  createPrefectServer,
  createWorker,
  ensureWorkPool,
  type PrefectClient,
  type PrefectConnection,
} from '@trading/orchestration';
import { repositoryRoot, runFolder, startTestServer } from '@trading/testing';
import { inTurn } from './inTurn';
import { type BenchContext, type BenchResult, machine, median } from './result';
import { EMPTY_FLOW } from './schedulingFlow';

const WORKERS = [1, 2, 4];
/** Of each worker: so that two of them fill two cores. */
const LIMIT = 2;
const RUNS = 16;
const POLL_MS = 500;

/**
 * What orchestration costs: an empty flow through Prefect, our workers and a process for each run. Most of it is the start
 * of a Node process, so the figures hold for the machine's cores; they are no measure of Prefect alone.
 */
export async function runScheduling(context: BenchContext): Promise<BenchResult> {
  await using postgres = await startTestServer();
  const server = createPrefectServer({
    folder: join(runFolder(), 'prefect'),
    environmentFolder: join(repositoryRoot(), '.trading', 'prefect'),
    databaseUrl: postgres.connection.prefectUrl,
    env: process.env,
  });
  context.progress('starting Prefect');
  const { connection } = await server.start();
  try {
    const client = createPrefectClient(connection);
    const contenders: Record<string, () => Promise<number>> = {
      'due to started, scheduled ahead': () => medianLateness(client, connection, 4_000),
      'due to started, asked for at once': () => medianLateness(client, connection, 0),
    };
    for (const workers of WORKERS)
      contenders[`runs a minute, ${workers} workers`] = () => runsAMinute(client, connection, workers);
    const measured = await inTurn(context, contenders);
    return {
      bench: 'scheduling',
      machine: machine(),
      rounds: context.rounds,
      rows: Object.entries(measured).map(([name, value]) => ({
        name,
        value,
        unit: name.startsWith('due') ? 'ms' : 'runs/min',
      })),
      ratios: [],
    };
  } finally {
    await server.stop();
  }
}

/** Four runs one second apart, on one worker that has nothing else to do. */
async function medianLateness(
  client: PrefectClient,
  connection: PrefectConnection,
  aheadMs: number,
): Promise<number> {
  return withWorkers(client, connection, 1, async (deploymentId) => {
    const runs = [];
    for (let n = 0; n < 4; n += 1) {
      const due = aheadMs === 0 ? {} : { scheduledFor: new Date(Date.now() + aheadMs) };
      runs.push(await client.deployments.createRun(deploymentId, due));
      await delay(1_000);
    }
    const ended = await allEnded(client, runs);
    return median(
      ended.map(({ start_time, expected_start_time }) => time(start_time) - time(expected_start_time)),
    );
  });
}

async function runsAMinute(
  client: PrefectClient,
  connection: PrefectConnection,
  workers: number,
): Promise<number> {
  return withWorkers(client, connection, workers, async (deploymentId) => {
    const started = performance.now();
    const runs = await Promise.all(
      Array.from({ length: RUNS }, () => client.deployments.createRun(deploymentId)),
    );
    await allEnded(client, runs);
    return RUNS / ((performance.now() - started) / 60_000);
  });
}

async function withWorkers<T>(
  client: PrefectClient,
  connection: PrefectConnection,
  count: number,
  work: (deploymentId: string) => Promise<T>,
): Promise<T> {
  const pool = `bench-${process.hrtime.bigint()}`;
  await ensureWorkPool(client, pool);
  const flow = await client.flows.ensure(EMPTY_FLOW.name);
  const deployment = await client.deployments.upsert({
    name: pool,
    flow_id: flow.id ?? '',
    work_pool_name: pool,
    enforce_parameter_schema: false,
  });
  const workers = Array.from({ length: count }, () =>
    createWorker({
      client,
      pool,
      flows: [EMPTY_FLOW],
      limit: LIMIT,
      pollMs: POLL_MS,
      command: (run) => ({
        program: process.execPath,
        args: [join(__dirname, 'schedulingRun.js'), run.flowRunId, run.worker],
        env: { ...process.env, TRADING_BENCH_PREFECT: JSON.stringify(connection) },
      }),
    }),
  );
  try {
    await Promise.all(workers.map((worker) => worker.start()));
    return await work(deployment.id ?? '');
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

async function allEnded(client: PrefectClient, runs: readonly { readonly id: string }[]) {
  const ids = runs.map(({ id }) => id);
  for (;;) {
    const now = await client.flowRuns.list({ ids, limit: 200 });
    if (now.every(({ state_type }) => state_type === 'COMPLETED')) return now;
    await delay(50);
  }
}

function time(moment: string | null | undefined): number {
  return moment == null ? Number.NaN : Date.parse(moment);
}
