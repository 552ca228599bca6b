import type { FlowRun } from '../client/apiTypes';
import type { PrefectClient } from '../client/prefectClient';
import { createArtifactWriter } from './artifactWriter';
import type { FlowDefinition, FlowRunContext } from './flow';
import type { JsonValue } from './json';
import type { LogBuffer } from './runLog';

/** Runs a child of the context's run. */
type RunChild = <Parameters extends object, Result extends JsonValue>(
  parent: FlowRunContext,
  child: FlowDefinition<Parameters, Result>,
  parameters: Parameters,
) => Promise<JsonValue>;

/** The context of one attempt at a flow's run. */
export function flowContext<Parameters extends object, Result extends JsonValue>(attempt: {
  client: PrefectClient;
  flow: FlowDefinition<Parameters, Result>;
  flowRun: FlowRun;
  scheduledFor: Date;
  attempt: number;
  logs: LogBuffer;
  signal: AbortSignal;
  runChild: RunChild;
}): FlowRunContext {
  const { client, flow, flowRun, logs, signal } = attempt;
  const calls = new Map<string, number>();
  const context: FlowRunContext = {
    id: flowRun.id,
    name: flowRun.name ?? flowRun.id,
    flowName: flow.name,
    attempt: attempt.attempt,
    scheduledFor: attempt.scheduledFor,
    correlationId: flowRun.id,
    signal,
    log: logs.log(flow.name),
    artifacts: createArtifactWriter(client, { flowRunId: flowRun.id }),
    client,
    taskLog: (taskName, taskRunId) => logs.log(taskName, taskRunId),
    nextCall: (taskName) => {
      const next = calls.get(taskName) ?? 0;
      calls.set(taskName, next + 1);
      return next;
    },
    call: (child, parameters) => attempt.runChild(context, child, parameters),
  };
  return context;
}
