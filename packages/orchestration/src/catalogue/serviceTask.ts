import { task } from '../flows/declare';
import type { FlowRunContext, TaskRunContext } from '../flows/flow';
import type { JsonValue } from '../flows/json';

/** A result as JSON holds it: an interface's fields without its name. */
type Json<T> = T extends JsonValue
  ? T
  : T extends readonly (infer Item)[]
    ? Json<Item>[]
    : { [K in keyof T]: Json<T[K]> };

/**
 * A task around one call of a service: tried three times, and not again in a later attempt of the run where it was
 * completed in an earlier one.
 */
export function serviceTask<Result>(
  name: string,
  call: (context: TaskRunContext) => Promise<Result>,
): (run: FlowRunContext, key: string) => Promise<Result> {
  const declared = task<null, JsonValue>(name, async (context) => (await call(context)) as JsonValue, {
    retries: 2,
    retryDelaySeconds: 5,
  });
  // Stored and read back as JSON, which these plain results are the same as.
  return (run, key) => declared(run, null, key) as Promise<Json<Result> & Result>;
}
