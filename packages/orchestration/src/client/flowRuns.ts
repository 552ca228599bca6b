import type { FlowRun, FlowRunPolicy, JsonObject, State, StateCreate, StateType } from './apiTypes';
import { type SetStateOptions, setState } from './setState';
import type { Transport } from './transport';

/** Which runs are meant; every given condition must hold. */
export interface FlowRunQuery {
  readonly ids?: readonly string[];
  readonly flowNames?: readonly string[];
  readonly deploymentNames?: readonly string[];
  readonly stateTypes?: readonly StateType[];
  readonly stateNames?: readonly string[];
  readonly workPools?: readonly string[];
  readonly parentTaskRunIds?: readonly string[];
  readonly tags?: readonly string[];
  /** 50 unless told; the server gives 200 at most. */
  readonly limit?: number;
  readonly offset?: number;
  /** The newest first, unless told. */
  readonly sort?: 'START_TIME_DESC' | 'EXPECTED_START_TIME_DESC' | 'EXPECTED_START_TIME_ASC';
}

/** A run that no deployment made. */
export interface FlowRunRequest {
  readonly flowId: string;
  readonly name?: string;
  readonly parameters?: JsonObject;
  readonly parentTaskRunId?: string;
  readonly state?: StateCreate;
  readonly tags?: readonly string[];
  readonly labels?: Readonly<Record<string, string | number | boolean>>;
  readonly policy?: FlowRunPolicy;
  /** With it a repeat finds the run instead of making another, and the call is retried. */
  readonly idempotencyKey?: string;
}

/** What may be changed of a run. */
export interface FlowRunChange {
  readonly name?: string;
  /** Null where no process stands behind it any more: then a cancellation needs nobody to end one. */
  readonly infrastructurePid?: string | null;
  readonly policy?: FlowRunPolicy;
  readonly tags?: readonly string[];
}

/** Runs of flows and their states. */
export interface FlowRunsResource {
  create(request: FlowRunRequest): Promise<FlowRun>;
  /** @throws TradingError `PREFECT.NOT_FOUND` */
  byId(id: string): Promise<FlowRun>;
  list(query?: FlowRunQuery): Promise<FlowRun[]>;
  update(id: string, change: FlowRunChange): Promise<void>;
  /** Adds labels; one of the same name is replaced. */
  label(id: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** @throws StateRefusedError with the server's reason */
  setState(id: string, state: StateCreate, options?: SetStateOptions): Promise<State>;
  /** Every state that the run was in, the oldest first. */
  states(id: string): Promise<State[]>;
  remove(id: string): Promise<void>;
}

/** Flow runs over a transport. */
export function createFlowRuns(transport: Transport): FlowRunsResource {
  const { http, safe, once } = transport;
  const path = (id: string) => ({ params: { path: { id } } });
  return {
    create: (request) =>
      (request.idempotencyKey === undefined ? once : safe)('creating a flow run', () =>
        http.POST('/flow_runs/', {
          body: {
            flow_id: request.flowId,
            ...(request.name === undefined ? {} : { name: request.name }),
            parameters: { ...request.parameters },
            ...(request.parentTaskRunId === undefined ? {} : { parent_task_run_id: request.parentTaskRunId }),
            ...(request.state === undefined ? {} : { state: request.state }),
            tags: [...(request.tags ?? [])],
            ...(request.labels === undefined ? {} : { labels: { ...request.labels } }),
            ...(request.policy === undefined ? {} : { empirical_policy: request.policy }),
            ...(request.idempotencyKey === undefined ? {} : { idempotency_key: request.idempotencyKey }),
          },
        }),
      ),
    byId: (id) => safe(`reading flow run ${id}`, () => http.GET('/flow_runs/{id}', path(id))),
    list: (query = {}) =>
      safe('listing flow runs', () => http.POST('/flow_runs/filter', { body: filterOf(query) })),
    update: async (id, change) => {
      await safe(`changing flow run ${id}`, () =>
        http.PATCH('/flow_runs/{id}', {
          ...path(id),
          body: {
            ...(change.name === undefined ? {} : { name: change.name }),
            ...(change.infrastructurePid === undefined
              ? {}
              : { infrastructure_pid: change.infrastructurePid }),
            ...(change.policy === undefined ? {} : { empirical_policy: change.policy }),
            ...(change.tags === undefined ? {} : { tags: [...change.tags] }),
          },
        }),
      );
    },
    label: async (id, labels) => {
      await safe(`labelling flow run ${id}`, () =>
        http.PATCH('/flow_runs/{id}/labels', { ...path(id), body: { ...labels } }),
      );
    },
    setState: (id, state, { force = false } = {}) =>
      setState(transport, `flow run ${id}`, state, (proposed) =>
        http.POST('/flow_runs/{id}/set_state', { ...path(id), body: { state: proposed, force } }),
      ),
    states: (id) =>
      safe(`reading the states of flow run ${id}`, () =>
        http.GET('/flow_run_states/', { params: { query: { flow_run_id: id } } }),
      ),
    remove: async (id) => {
      await safe(`removing flow run ${id}`, () => http.DELETE('/flow_runs/{id}', path(id)));
    },
  };
}

function filterOf(query: FlowRunQuery) {
  const { ids, stateTypes, stateNames, parentTaskRunIds, tags, flowNames, deploymentNames, workPools } =
    query;
  return {
    limit: query.limit ?? 50,
    offset: query.offset ?? 0,
    sort: query.sort ?? ('EXPECTED_START_TIME_DESC' as const),
    ...(flowNames === undefined ? {} : { flows: { name: { any_: [...flowNames] } } }),
    ...(deploymentNames === undefined ? {} : { deployments: { name: { any_: [...deploymentNames] } } }),
    ...(workPools === undefined ? {} : { work_pools: { name: { any_: [...workPools] } } }),
    flow_runs: {
      ...(ids === undefined ? {} : { id: { any_: [...ids] } }),
      ...(stateTypes === undefined && stateNames === undefined
        ? {}
        : {
            state: {
              operator: 'and_' as const,
              ...(stateTypes === undefined ? {} : { type: { any_: [...stateTypes] } }),
              ...(stateNames === undefined ? {} : { name: { any_: [...stateNames] } }),
            },
          }),
      ...(parentTaskRunIds === undefined ? {} : { parent_task_run_id: { any_: [...parentTaskRunIds] } }),
      ...(tags === undefined ? {} : { tags: { all_: [...tags] } }),
    },
  };
}
