import type { FlowRun } from '../client/apiTypes';
import type { PrefectClient } from '../client/prefectClient';
import { StateRefusedError } from '../client/prefectError';
import { cancelled, claimOf } from '../flows/states';
import type { CrashPolicy } from './crashPolicy';
import type { WorkerListener } from './workerEvent';
import { isCaretaker, livingWorkers } from './workerLife';

/** The label under which Prefect's own workers leave their names on runs. */
export const WORKER_LABEL = 'prefect.worker.name';

/**
 * Finds the runs of workers that stopped sending heartbeats and gives them over to the crash policy; forgets the dead
 * workers after that. Called right after an own heartbeat.
 */
export async function reapDeadWorkers(options: {
  client: PrefectClient;
  pool: string;
  worker: string;
  policy: CrashPolicy;
  listen: WorkerListener;
}): Promise<void> {
  const { client, pool, worker, policy, listen } = options;
  const workers = await client.workers.list(pool);
  const living = livingWorkers(workers, worker);
  if (!isCaretaker(living, worker)) return;
  for (const run of await heldRuns(client, pool)) {
    const holder = holderOf(run);
    if (holder === undefined || living.has(holder)) continue;
    // Looked at again, because the list may be older than its worker's last word.
    const now = await client.flowRuns.byId(run.id);
    if (now.state?.id !== run.state?.id) continue;
    listen({ type: 'reaped', flowRunId: run.id, from: holder });
    if (now.state_type === 'CANCELLING') await endCancelled(client, now);
    else await policy.crash(now, `Worker ${holder} stopped sending heartbeats`);
  }
  for (const { name } of workers) if (!living.has(name)) await client.workers.remove(pool, name);
}

/** Runs that a process should be behind: also one that waits inside its process for its next try. */
async function heldRuns(client: PrefectClient, pool: string): Promise<FlowRun[]> {
  const active = await client.flowRuns.list({
    workPools: [pool],
    stateTypes: ['PENDING', 'RUNNING', 'CANCELLING'],
    limit: 200,
  });
  const waiting = await client.flowRuns.list({
    workPools: [pool],
    stateTypes: ['SCHEDULED'],
    stateNames: ['AwaitingRetry'],
    limit: 200,
  });
  return [...active, ...waiting.filter((run) => run.empirical_policy?.retry_type === 'in_process')];
}

/** The worker that has a run. */
export function holderOf(run: FlowRun): string | undefined {
  const label = run.labels?.[WORKER_LABEL];
  return claimOf(run.state?.data)?.worker ?? (typeof label === 'string' ? label : undefined);
}

/** Ends the cancellation of a run that has no process any more. */
export async function endCancelled(client: PrefectClient, run: FlowRun): Promise<void> {
  try {
    await client.flowRuns.setState(run.id, cancelled('The run was cancelled'));
  } catch (error) {
    if (!(error instanceof StateRefusedError)) throw error;
  }
}
