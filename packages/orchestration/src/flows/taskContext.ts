import { createArtifactWriter } from './artifactWriter';
import type { FlowRunContext, TaskRunContext } from './flow';

/** The context of one try of a task. Its lines go into the flow run's log, marked with the task's run. */
export function taskContext(
  run: FlowRunContext,
  task: { id: string; name: string; attempt: number; signal: AbortSignal },
): TaskRunContext {
  return {
    id: task.id,
    flowRunId: run.id,
    attempt: task.attempt,
    signal: task.signal,
    log: run.taskLog(task.name, task.id),
    artifacts: createArtifactWriter(run.client, { flowRunId: run.id, taskRunId: task.id }),
  };
}
