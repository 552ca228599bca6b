import type { State, StateCreate, TaskRun, TaskRunCreate } from './apiTypes';
import { type SetStateOptions, setState } from './setState';
import type { Transport } from './transport';

/** Runs of tasks, within a flow run. */
export interface TaskRunsResource {
  /** Creates it, or finds the one of the same flow run, task key and dynamic key. */
  ensure(request: TaskRunCreate): Promise<TaskRun>;
  /** @throws TradingError `PREFECT.NOT_FOUND` */
  byId(id: string): Promise<TaskRun>;
  /** Those of a flow run, in the order in which they began. */
  list(flowRunId: string, options?: { limit?: number }): Promise<TaskRun[]>;
  /** @throws StateRefusedError with the server's reason */
  setState(id: string, state: StateCreate, options?: SetStateOptions): Promise<State>;
  /** Every state that the run was in, the oldest first. */
  states(id: string): Promise<State[]>;
}

/** Task runs over a transport. */
export function createTaskRuns(transport: Transport): TaskRunsResource {
  const { http, safe } = transport;
  const path = (id: string) => ({ params: { path: { id } } });
  return {
    ensure: (request) =>
      safe(`creating task run ${request.name ?? request.task_key}`, () =>
        http.POST('/task_runs/', { body: request }),
      ),
    byId: (id) => safe(`reading task run ${id}`, () => http.GET('/task_runs/{id}', path(id))),
    list: (flowRunId, { limit = 200 } = {}) =>
      safe(`listing the task runs of ${flowRunId}`, () =>
        http.POST('/task_runs/filter', {
          body: {
            limit,
            offset: 0,
            sort: 'EXPECTED_START_TIME_ASC',
            flow_runs: { id: { any_: [flowRunId] } },
          },
        }),
      ),
    setState: (id, state, { force = false } = {}) =>
      setState(transport, `task run ${id}`, state, (proposed) =>
        http.POST('/task_runs/{id}/set_state', { ...path(id), body: { state: proposed, force } }),
      ),
    states: (id) =>
      safe(`reading the states of task run ${id}`, () =>
        http.GET('/task_run_states/', { params: { query: { task_run_id: id } } }),
      ),
  };
}
