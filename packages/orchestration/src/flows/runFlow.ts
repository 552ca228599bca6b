import type { PrefectClient } from '../client/prefectClient';
import { executeFlowRun } from './executeFlowRun';
import type { FlowRunOutcome } from './execution';
import type { FlowDefinition } from './flow';
import type { JsonValue } from './json';

/** Runs a flow at once, in this process and without a worker; the run appears in Prefect like any other. */
export async function runFlow<Parameters extends object, Result extends JsonValue>(
  client: PrefectClient,
  flow: FlowDefinition<Parameters, Result>,
  options: {
    parameters?: Readonly<Record<string, JsonValue>>;
    name?: string;
    signal?: AbortSignal;
    cancelPollMs?: number;
    mayDelete?: readonly string[];
  } = {},
): Promise<FlowRunOutcome> {
  const { id } = await client.flows.ensure(flow.name, { tags: [...(flow.options.tags ?? [])] });
  const flowRun = await client.flowRuns.create({
    flowId: id,
    ...(options.name === undefined ? {} : { name: options.name }),
    parameters: { ...options.parameters },
    state: { type: 'PENDING', name: 'Pending' },
    tags: [...(flow.options.tags ?? [])],
  });
  return executeFlowRun({
    client,
    flow,
    flowRun,
    signal: options.signal,
    cancelPollMs: options.cancelPollMs,
    mayDelete: options.mayDelete,
  });
}
