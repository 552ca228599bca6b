import type { State } from '../client/apiTypes';
import { StateRefusedError } from '../client/prefectError';
import type { FlowRunContext, RetryOptions, TaskRunContext } from './flow';
import { InterruptedError, runInterruptibly } from './interruption';
import { type JsonValue, storedResult } from './json';
import { cancelled, completed, failed, running } from './states';
import { taskContext } from './taskContext';
import { enterRunning, failureMessage, type Propose, retryTimeOf, sleepUntil } from './transition';

/** A task as it was declared. */
export interface TaskSpecification<Input, Result extends JsonValue> {
  readonly name: string;
  readonly handler: (context: TaskRunContext, input: Input) => Promise<Result>;
  readonly options: RetryOptions;
}

/**
 * Runs a task within a flow's run. The server counts the tries and says when the next one is.
 *
 * @throws what the handler threw, after the last try; StateRefusedError where the flow's run may not go on
 */
export async function executeTask<Input, Result extends JsonValue>(
  specification: TaskSpecification<Input, Result>,
  run: FlowRunContext,
  input: Input,
  key: string | undefined,
): Promise<Result> {
  const { name, options } = specification;
  const { taskRuns } = run.client;
  const call = key ?? String(run.nextCall(name));
  const taskRun = await taskRuns.ensure({
    flow_run_id: run.id,
    name: `${name}-${call}`,
    task_key: name,
    dynamic_key: call,
    state: { type: 'PENDING', name: 'Pending' },
    empirical_policy: { retries: options.retries ?? 0, retry_delay: options.retryDelaySeconds ?? 0 },
  });
  const propose: Propose = (state) => taskRuns.setState(taskRun.id, state);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await enterRunning(propose, running(), run.signal);
    } catch (error) {
      const earlier = error instanceof StateRefusedError ? resultOf<Result>(error.currentState) : undefined;
      if (earlier === undefined) throw error;
      run.log.info(`${name}-${call} was completed by an earlier attempt`);
      return earlier.result;
    }
    let failure: unknown;
    try {
      const result = await runInterruptibly(run.signal, options.timeoutSeconds, (signal) =>
        specification.handler(taskContext(run, { id: taskRun.id, name, attempt, signal }), input),
      );
      await propose(completed(result));
      return result;
    } catch (error) {
      failure = error;
    }
    const retryAt = await reportFailure(propose, failure);
    if (retryAt === undefined) throw failure;
    run.log.warning(`${name}-${call} failed and is tried again: ${failureMessage(failure)}`);
    await sleepUntil(retryAt, run.signal);
  }
}

/** Undefined where there is no further try. */
async function reportFailure(propose: Propose, error: unknown): Promise<Date | undefined> {
  // Refused by the server: the run is no longer ours, and its state is somebody else's to set.
  if (error instanceof StateRefusedError) return undefined;
  const interruption = error instanceof InterruptedError ? error.interruption : undefined;
  try {
    if (interruption === 'cancelled' || interruption === 'stopped') {
      await propose(cancelled(`The flow's run was ${interruption}`));
    } else {
      await propose(failed(failureMessage(error), interruption === 'timed out' ? 'TimedOut' : 'Failed'));
    }
    return undefined;
  } catch (refusal) {
    if (refusal instanceof StateRefusedError) return retryTimeOf(refusal);
    throw refusal;
  }
}

function resultOf<Result extends JsonValue>(state: State | null): { readonly result: Result } | undefined {
  if (state?.type !== 'COMPLETED') return undefined;
  // The same task of the same run stored it, and its handler returns Result.
  return storedResult(state.data) as { readonly result: Result } | undefined;
}
