import type { FlowRun } from '../client/apiTypes';
import type { PrefectClient } from '../client/prefectClient';
import { StateRefusedError } from '../client/prefectError';
import type { FlowDefinition } from '../flows/flow';
import { awaitingRetry, crashed } from '../flows/states';
import type { WorkerListener } from './workerEvent';

/** What becomes of runs whose process died. */
export interface CrashPolicy {
  /** Marks a run as Crashed, and has it picked up again where its flow's policy says so. */
  crash(run: FlowRun, message: string): Promise<void>;
}

const DEFAULT_CRASH_RETRIES = 2;
const DEFAULT_DELAY_SECONDS = 0;

/** The policy of these flows. Runs without a deployment stay Crashed: no worker would pick them up. */
export function createCrashPolicy(
  client: PrefectClient,
  flows: readonly FlowDefinition[],
  listen: WorkerListener,
): CrashPolicy {
  const optionsOf = async (run: FlowRun) => {
    const { name } = await client.flows.byId(run.flow_id);
    return flows.find((flow) => flow.name === name)?.options;
  };
  return {
    crash: async (run, message) => {
      try {
        await client.flowRuns.setState(run.id, crashed(message));
        const options = await optionsOf(run);
        const crashes = (await client.flowRuns.states(run.id)).filter(({ type }) => type === 'CRASHED');
        const deployed = run.deployment_id !== null && run.deployment_id !== undefined;
        if (!deployed || crashes.length > (options?.crashRetries ?? DEFAULT_CRASH_RETRIES)) return;
        const delaySeconds = options?.crashRetryDelaySeconds ?? DEFAULT_DELAY_SECONDS;
        const at = new Date(Date.now() + delaySeconds * 1000);
        await client.flowRuns.update(run.id, { infrastructurePid: null });
        await client.flowRuns.setState(
          run.id,
          awaitingRetry(at, `Crashed before: ${message}`.slice(0, 1000)),
        );
        listen({ type: 'retried', flowRunId: run.id, at: at.toISOString() });
      } catch (error) {
        // Somebody set another state first: the run reported its end itself, or another worker was faster here.
        if (!(error instanceof StateRefusedError)) throw error;
      }
    },
  };
}
