import { TradingError } from '@trading/model';
import type { FlowRun, State, StateCreate } from '../client/apiTypes';
import type { PrefectClient } from '../client/prefectClient';
import { StateRefusedError } from '../client/prefectError';
import { callChild } from './callChild';
import { watchCancellation } from './cancellationWatch';
import type { FlowRunExecution, FlowRunOutcome } from './execution';
import type { FlowDefinition, Skipped } from './flow';
import { flowContext } from './flowContext';
import { InterruptedError, runInterruptibly } from './interruption';
import type { JsonValue } from './json';
import { createLogBuffer, type LogBuffer } from './runLog';
import { awaitingRetry, cancelled, completed, completedAsSkipped, crashed, failed, running } from './states';
import { enterRunning, failureMessage, type Propose, retryTimeOf, sleepUntil } from './transition';

/** Carries a run out, its retries included, and reports every state. Throws only where the server can't be told. */
export async function executeFlowRun<Parameters extends object, Result extends JsonValue>(
  execution: FlowRunExecution<Parameters, Result>,
): Promise<FlowRunOutcome> {
  const { client, flow, flowRun } = execution;
  const propose: Propose = (state) => client.flowRuns.setState(flowRun.id, state);
  const logs = createLogBuffer(client, flowRun.id);
  const cancellation = watchCancellation(client, flowRun.id, execution.cancelPollMs);
  const signals = [cancellation.signal, ...(execution.signal === undefined ? [] : [execution.signal])];
  try {
    return await attempts(execution, propose, logs, AbortSignal.any(signals));
  } catch (error) {
    if (!(error instanceof StateRefusedError)) throw error;
    logs.log(flow.name).warning(`Not run here: ${error.reason}`);
    return outcome(flowRun, 'ABORTED', error.currentState, undefined, error);
  } finally {
    cancellation.stop();
    await logs.close();
  }
}

async function attempts<Parameters extends object, Result extends JsonValue>(
  { client, flow, flowRun, claim, mayDelete = [] }: FlowRunExecution<Parameters, Result>,
  propose: Propose,
  logs: LogBuffer,
  signal: AbortSignal,
): Promise<FlowRunOutcome> {
  const log = logs.log(flow.name);
  const parameters = flow.options.parameters.safeParse(flowRun.parameters ?? {});
  // Straight from Pending, where the server doesn't retry: the same parameters would be wrong again.
  const refuse = async (error: TradingError) =>
    outcome(flowRun, 'FAILED', await propose(failed(failureMessage(error))), undefined, error);
  if (!parameters.success) {
    const problems = parameters.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    return refuse(
      new TradingError('FLOW.INVALID_PARAMETERS', `parameters: ${problems.join('; ')}`, {
        details: { problems },
      }),
    );
  }
  if (flow.options.deletes?.(parameters.data) === true && !mayDelete.includes(flow.name)) {
    return refuse(
      new TradingError(
        'FLOW.DELETING_NOT_ALLOWED',
        `with these parameters ${flow.name} deletes data, and this worker may not; start one with \`trading prefect worker --allow-deleting ${flow.name}\``,
        { details: { flow: flow.name } },
      ),
    );
  }
  await setRetries(client, flow, flowRun);
  const scheduledFor = await firstDue(client, flowRun);
  for (let attempt = (flowRun.run_count ?? 0) + 1; ; attempt += 1) {
    try {
      await sleepUntil(dueTime(flowRun), signal);
      await enterRunning(propose, running(claim), signal);
      const context = (own: AbortSignal) =>
        flowContext({
          client,
          flow,
          flowRun,
          scheduledFor,
          attempt,
          logs,
          signal: own,
          runChild: (parent, child, values) =>
            callChild((run) => executeFlowRun({ ...run, mayDelete }), parent, child, values),
        });
      const result = await runInterruptibly(signal, flow.options.timeoutSeconds, (own) =>
        flow.handler(context(own), parameters.data),
      );
      // What was logged before the end is there when the end is seen.
      await logs.flush();
      if (isSkipped(result)) {
        const state = await propose(completedAsSkipped(result.skipped));
        return outcome(flowRun, 'COMPLETED', state, null, undefined);
      }
      const kept = result === undefined ? undefined : (result as Result);
      return outcome(flowRun, 'COMPLETED', await propose(completed(kept)), kept, undefined);
    } catch (error) {
      if (error instanceof StateRefusedError) throw error;
      log.error(failureMessage(error));
      await logs.flush();
      const { type, state } = finalState(flowRun, signal.aborted ? signal.reason : error);
      try {
        return outcome(flowRun, type, await propose(state), undefined, error);
      } catch (refusal) {
        const retryAt = retryTimeOf(refusal);
        if (retryAt === undefined) throw refusal;
        log.warning(`Tried again at ${retryAt.toISOString()}`);
        await sleepUntil(retryAt, signal);
      }
    }
  }
}

/** When the run was due at first: a run that was started again is due at another time, but about the same day. */
async function firstDue(client: PrefectClient, flowRun: FlowRun): Promise<Date> {
  const expected = new Date(flowRun.expected_start_time ?? Date.now());
  if ((flowRun.run_count ?? 0) === 0) return expected;
  const states = await client.flowRuns.states(flowRun.id);
  const due = states.map(({ state_details }) => state_details?.scheduled_time).find((time) => time != null);
  return due == null ? expected : new Date(due);
}

/** Workers take runs a little early: so that they start on time, and not at the next look. */
function dueTime(flowRun: FlowRun): Date {
  return new Date(flowRun.next_scheduled_start_time ?? flowRun.expected_start_time ?? 0);
}

/** A run that a schedule made knows nothing of the flow's retries. */
async function setRetries<Parameters extends object, Result extends JsonValue>(
  client: PrefectClient,
  flow: FlowDefinition<Parameters, Result>,
  flowRun: FlowRun,
): Promise<void> {
  const { retries = 0, retryDelaySeconds = 0 } = flow.options;
  const known = flowRun.empirical_policy;
  if (retries === 0 || (known?.retries !== null && known?.retries !== undefined)) return;
  await client.flowRuns.update(flowRun.id, {
    policy: { ...known, retries, retry_delay: retryDelaySeconds },
  });
}

function finalState(flowRun: FlowRun, error: unknown): { type: FlowRunOutcome['state']; state: StateCreate } {
  const message = failureMessage(error);
  if (!(error instanceof InterruptedError)) return { type: 'FAILED', state: failed(message) };
  switch (error.interruption) {
    case 'cancelled':
      return { type: 'CANCELLED', state: cancelled(error.message) };
    case 'timed out':
      return { type: 'FAILED', state: failed(message, 'TimedOut') };
    case 'stopped':
      // Without a deployment no worker would ever pick it up again.
      return flowRun.deployment_id === null || flowRun.deployment_id === undefined
        ? { type: 'CRASHED', state: crashed(error.message) }
        : { type: 'RESCHEDULED', state: awaitingRetry(new Date(), error.message) };
  }
}

function isSkipped(result: unknown): result is Skipped {
  return typeof result === 'object' && result !== null && 'skipped' in result;
}

function outcome(
  flowRun: FlowRun,
  state: FlowRunOutcome['state'],
  reported: State | null,
  result: JsonValue | undefined,
  error: unknown,
): FlowRunOutcome {
  return {
    flowRunId: flowRun.id,
    state,
    stateName: reported?.name ?? state,
    message: reported?.message ?? undefined,
    result,
    error,
  };
}
