import type { PrefectClient } from '../client/prefectClient';
import { StateRefusedError } from '../client/prefectError';
import { pending } from '../flows/states';
import type { ActiveRuns } from './activeRuns';
import type { WorkerListener } from './workerEvent';

/**
 * Takes runs that are due. As Prefect's own workers do, a run is claimed by setting it to Pending, which the server allows
 * one of them; deployments' concurrency limits are held there too.
 */
export async function claimRuns(options: {
  client: PrefectClient;
  pool: string;
  queues: readonly string[];
  worker: string;
  before: Date;
  free: number;
  active: ActiveRuns;
  listen: WorkerListener;
}): Promise<void> {
  const { client, pool, queues, worker, before, free, active, listen } = options;
  const due = await client.workPools.scheduledRuns(pool, { before, queues, limit: free });
  for (const { flow_run: listed } of due) {
    const flowRunId = listed.id;
    if (flowRunId === undefined || active.has(flowRunId)) continue;
    // The list is a moment old. A run that another worker took and that failed meanwhile could be set to Pending again.
    const run = await client.flowRuns.byId(flowRunId);
    if (run.state_type !== 'SCHEDULED') {
      listen({ type: 'passed', flowRunId, reason: `it is ${run.state_name}` });
      continue;
    }
    try {
      await client.flowRuns.setState(flowRunId, pending({ worker }));
    } catch (error) {
      if (!(error instanceof StateRefusedError)) throw error;
      listen({ type: 'passed', flowRunId, reason: error.reason });
      continue;
    }
    listen({ type: 'claimed', flowRunId, flowRunName: run.name ?? flowRunId });
    active.start(run);
  }
}
