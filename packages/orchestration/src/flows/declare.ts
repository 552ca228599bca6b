import { executeTask } from './executeTask';
import type {
  FlowDefinition,
  FlowHandler,
  FlowOptions,
  RetryOptions,
  Skipped,
  Task,
  TaskRunContext,
} from './flow';
import type { JsonValue } from './json';

/** Declares a flow. Runs nothing. */
export function flow<Parameters extends object, Result extends JsonValue = JsonValue>(
  name: string,
  handler: FlowHandler<Parameters, Result>,
  options: FlowOptions<Parameters>,
): FlowDefinition<Parameters, Result> {
  return { name, handler, options };
}

/**
 * Declares a task. When the flow's run is retried, a call that was completed gives its stored result and does nothing
 * again, so what it did is done once unless the process died between doing and reporting it.
 */
export function task<Input, Result extends JsonValue>(
  name: string,
  handler: (context: TaskRunContext, input: Input) => Promise<Result>,
  options: RetryOptions = {},
): Task<Input, Result> {
  return (run, input, key) => executeTask({ name, handler, options }, run, input, key);
}

/** Ends a flow's run as Skipped. */
export function skipped(reason: string): Skipped {
  return { skipped: reason };
}
