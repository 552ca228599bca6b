import type {
  Deployment,
  DeploymentCreate,
  DeploymentSchedule,
  DeploymentScheduleCreate,
  DeploymentScheduleUpdate,
  FlowRun,
  JsonObject,
  StateCreate,
} from './apiTypes';
import type { Transport } from './transport';

/** A run asked for by hand. */
export interface DeploymentRunRequest {
  readonly parameters?: JsonObject;
  /** At once, unless told. */
  readonly scheduledFor?: Date;
  readonly name?: string;
  readonly tags?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** With it a repeat finds the run instead of making another, and the call is retried. */
  readonly idempotencyKey?: string;
}

/** Deployments: a flow with its schedules, its parameters and the work pool that runs it. */
export interface DeploymentsResource {
  /** Creates it, or changes the one of that flow and name; runs scheduled ahead are then scheduled anew. */
  upsert(request: DeploymentCreate): Promise<Deployment>;
  /** @throws TradingError `PREFECT.NOT_FOUND` */
  byId(id: string): Promise<Deployment>;
  /** @throws TradingError `PREFECT.NOT_FOUND` */
  byName(flowName: string, deploymentName: string): Promise<Deployment>;
  /** Up to 200, by name; those that bear every tag, where tags are given. */
  list(options?: { tags?: readonly string[]; offset?: number }): Promise<Deployment[]>;
  createRun(id: string, request?: DeploymentRunRequest): Promise<FlowRun>;
  pause(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  remove(id: string): Promise<void>;
}

/** The times at which a deployment runs by itself. */
export interface SchedulesResource {
  list(deploymentId: string): Promise<DeploymentSchedule[]>;
  add(deploymentId: string, schedules: readonly DeploymentScheduleCreate[]): Promise<DeploymentSchedule[]>;
  update(deploymentId: string, scheduleId: string, change: DeploymentScheduleUpdate): Promise<void>;
  remove(deploymentId: string, scheduleId: string): Promise<void>;
}

/** Deployments over a transport. */
export function createDeployments({ http, safe, once }: Transport): DeploymentsResource {
  const path = (id: string) => ({ params: { path: { id } } });
  return {
    upsert: (request) =>
      safe(`deploying ${request.name}`, () => http.POST('/deployments/', { body: request })),
    byId: (id) => safe(`reading deployment ${id}`, () => http.GET('/deployments/{id}', path(id))),
    byName: (flowName, deploymentName) =>
      safe(`reading deployment ${flowName}/${deploymentName}`, () =>
        http.GET('/deployments/name/{flow_name}/{deployment_name}', {
          params: { path: { flow_name: flowName, deployment_name: deploymentName } },
        }),
      ),
    list: ({ tags, offset = 0 } = {}) =>
      safe('listing deployments', () =>
        http.POST('/deployments/filter', {
          body: {
            limit: 200,
            offset,
            sort: 'NAME_ASC',
            ...(tags === undefined ? {} : { deployments: { operator: 'and_', tags: { all_: [...tags] } } }),
          },
        }),
      ),
    createRun: (id, request = {}) =>
      (request.idempotencyKey === undefined ? once : safe)(`running deployment ${id}`, () =>
        http.POST('/deployments/{id}/create_flow_run', {
          ...path(id),
          body: {
            parameters: { ...request.parameters },
            ...(request.scheduledFor === undefined ? {} : { state: scheduled(request.scheduledFor) }),
            ...(request.name === undefined ? {} : { name: request.name }),
            ...(request.tags === undefined ? {} : { tags: [...request.tags] }),
            ...(request.labels === undefined ? {} : { labels: { ...request.labels } }),
            ...(request.idempotencyKey === undefined ? {} : { idempotency_key: request.idempotencyKey }),
          },
        }),
      ),
    pause: async (id) => {
      await safe(`pausing deployment ${id}`, () => http.POST('/deployments/{id}/pause_deployment', path(id)));
    },
    resume: async (id) => {
      await safe(`resuming deployment ${id}`, () =>
        http.POST('/deployments/{id}/resume_deployment', path(id)),
      );
    },
    remove: async (id) => {
      await safe(`removing deployment ${id}`, () => http.DELETE('/deployments/{id}', path(id)));
    },
  };
}

function scheduled(at: Date): StateCreate {
  return { type: 'SCHEDULED', name: 'Scheduled', state_details: { scheduled_time: at.toISOString() } };
}

/** Schedules over a transport. */
export function createSchedules({ http, safe, once }: Transport): SchedulesResource {
  const path = (id: string) => ({ params: { path: { id } } });
  return {
    list: (id) =>
      safe(`reading the schedules of ${id}`, () => http.GET('/deployments/{id}/schedules', path(id))),
    add: (id, schedules) =>
      once(`adding schedules to ${id}`, () =>
        http.POST('/deployments/{id}/schedules', { ...path(id), body: [...schedules] }),
      ),
    update: async (id, scheduleId, change) => {
      await safe(`changing schedule ${scheduleId}`, () =>
        http.PATCH('/deployments/{id}/schedules/{schedule_id}', {
          params: { path: { id, schedule_id: scheduleId } },
          body: change,
        }),
      );
    },
    remove: async (id, scheduleId) => {
      await safe(`removing schedule ${scheduleId}`, () =>
        http.DELETE('/deployments/{id}/schedules/{schedule_id}', {
          params: { path: { id, schedule_id: scheduleId } },
        }),
      );
    },
  };
}
