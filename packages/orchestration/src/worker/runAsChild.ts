import type { PrefectClient } from '../client/prefectClient';
import { executeFlowRun } from '../flows/executeFlowRun';
import type { FlowRunOutcome } from '../flows/execution';
import type { FlowDefinition } from '../flows/flow';
import { InterruptedError } from '../flows/interruption';
import { crashed } from '../flows/states';
import { childMessage, ORPHANED } from './childMessage';

/** The run that this process was started for. */
export interface ChildRun {
  readonly client: PrefectClient;
  /** Every flow that this program knows. */
  readonly flows: readonly FlowDefinition[];
  readonly flowRunId: string;
  /** The worker that claimed the run and started this process. */
  readonly worker: string;
  /** Names of the flows that the worker was given leave to delete with. */
  readonly mayDelete?: readonly string[] | undefined;
}

/**
 * Carries out one run in a process that a worker started. Ends the process at once when the worker is gone: others will
 * notice that it is, and start the run again, and two at it would be one too many.
 */
export async function runAsChild({
  client,
  flows,
  flowRunId,
  worker,
  mayDelete,
}: ChildRun): Promise<FlowRunOutcome> {
  const interruption = new AbortController();
  const hear = (message: unknown) => {
    const heard = childMessage(message);
    if (heard?.type === 'cancel')
      interruption.abort(new InterruptedError('cancelled', 'The run was cancelled'));
    if (heard?.type === 'stop')
      interruption.abort(new InterruptedError('stopped', `Worker ${worker} was stopped`));
  };
  const orphaned = () => process.exit(ORPHANED);
  process.on('message', hear);
  process.once('disconnect', orphaned);
  try {
    const flowRun = await client.flowRuns.byId(flowRunId);
    const { name } = await client.flows.byId(flowRun.flow_id);
    const flow = flows.find((candidate) => candidate.name === name);
    if (flow !== undefined) {
      return await executeFlowRun({
        client,
        flow,
        flowRun,
        claim: { worker },
        signal: interruption.signal,
        mayDelete,
      });
    }
    const message = `This worker knows no flow '${name}'; deploy and start workers of the same release`;
    const state = await client.flowRuns.setState(flowRunId, crashed(message));
    return {
      flowRunId,
      state: 'CRASHED',
      stateName: state.name ?? 'Crashed',
      message,
      result: undefined,
      error: undefined,
    };
  } finally {
    process.off('message', hear);
    process.off('disconnect', orphaned);
    // The channel would keep the process alive.
    if (process.connected) process.disconnect();
  }
}
