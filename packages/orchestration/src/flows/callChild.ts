import { TradingError } from '@trading/model';
import type { FlowRun } from '../client/apiTypes';
import type { ExecuteFlowRun } from './execution';
import type { FlowDefinition, FlowRunContext } from './flow';
import { type JsonValue, storedResult } from './json';

/**
 * Runs a flow as a child. As Prefect does it, a task run of the parent stands for the child in the parent's graph. When the
 * parent is retried, a child that was completed isn't run again.
 *
 * @throws TradingError `FLOW.CHILD_FAILED`, or what the child's handler threw
 */
export async function callChild<Parameters extends object, Result extends JsonValue>(
  execute: ExecuteFlowRun,
  parent: FlowRunContext,
  child: FlowDefinition<Parameters, Result>,
  parameters: Parameters,
): Promise<JsonValue> {
  const { client } = parent;
  const call = parent.nextCall(child.name);
  const standIn = await client.taskRuns.ensure({
    flow_run_id: parent.id,
    name: `${child.name}-${call}`,
    task_key: child.name,
    dynamic_key: String(call),
    state: { type: 'PENDING', name: 'Pending' },
  });
  const [known] = await client.flowRuns.list({ parentTaskRunIds: [standIn.id], limit: 1 });
  const earlier = known?.state_type === 'COMPLETED' ? storedResult(known.state?.data) : undefined;
  if (earlier !== undefined) return earlier.result;
  const flowRun = known ?? (await createChild(parent, child, parameters, standIn.id, call));
  // The server itself gives the stand-in every state of the child.
  const outcome = await execute({ client, flow: child, flowRun, signal: parent.signal });
  if (outcome.state === 'COMPLETED') return outcome.result ?? null;
  throw (
    outcome.error ??
    new TradingError('FLOW.CHILD_FAILED', `${child.name} ended as ${outcome.stateName}`, {
      kind: 'operational',
      details: { flowRunId: flowRun.id, state: outcome.state },
    })
  );
}

async function createChild<Parameters extends object, Result extends JsonValue>(
  parent: FlowRunContext,
  child: FlowDefinition<Parameters, Result>,
  parameters: Parameters,
  parentTaskRunId: string,
  call: number,
): Promise<FlowRun> {
  const { id } = await parent.client.flows.ensure(child.name);
  return parent.client.flowRuns.create({
    flowId: id,
    parameters: Object.fromEntries(Object.entries(parameters)),
    parentTaskRunId,
    state: { type: 'PENDING', name: 'Pending' },
    labels: { 'trading.correlation-id': parent.correlationId },
    idempotencyKey: `${parent.id}/${child.name}/${call}`,
  });
}
