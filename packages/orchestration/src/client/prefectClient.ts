import { type ArtifactsResource, createArtifacts } from './artifacts';
import { type BlocksResource, createBlocks } from './blocks';
import { type ConcurrencyLimitsResource, createConcurrencyLimits } from './concurrencyLimits';
import {
  createDeployments,
  createSchedules,
  type DeploymentsResource,
  type SchedulesResource,
} from './deployments';
import { createFlowRuns, type FlowRunsResource } from './flowRuns';
import { createFlows, type FlowsResource } from './flows';
import { createLogs, type LogsResource } from './logs';
import { createTaskRuns, type TaskRunsResource } from './taskRuns';
import { createTransport, type PrefectConnection } from './transport';
import { createVariables, type VariablesResource } from './variables';
import {
  createWorkers,
  createWorkPools,
  createWorkQueues,
  type WorkersResource,
  type WorkPoolsResource,
  type WorkQueuesResource,
} from './workPools';

/** The release whose REST API this client speaks, and whose OpenAPI document its types come from. */
export const PREFECT_VERSION = '3.4.14';

/** A Prefect server, typed. Errors are `PREFECT.*`; calls that are safe to repeat are repeated when the server is away. */
export interface PrefectClient {
  readonly apiUrl: string;
  /** Whether the server answers and is well. Never throws. */
  healthy(): Promise<boolean>;
  /** The server's version, e.g. `3.4.14`. */
  version(): Promise<string>;
  readonly flows: FlowsResource;
  readonly flowRuns: FlowRunsResource;
  readonly taskRuns: TaskRunsResource;
  readonly deployments: DeploymentsResource;
  readonly schedules: SchedulesResource;
  readonly logs: LogsResource;
  readonly workPools: WorkPoolsResource;
  readonly workQueues: WorkQueuesResource;
  readonly workers: WorkersResource;
  readonly artifacts: ArtifactsResource;
  readonly variables: VariablesResource;
  readonly blocks: BlocksResource;
  readonly concurrencyLimits: ConcurrencyLimitsResource;
}

/** A client of the server at `connection.apiUrl`. Opens nothing by itself. */
export function createPrefectClient(connection: PrefectConnection): PrefectClient {
  const transport = createTransport(connection);
  const { http, safe, once } = transport;
  return {
    apiUrl: transport.apiUrl,
    healthy: () =>
      once('asking for health', () => http.GET('/health')).then(
        (answer) => answer === true,
        () => false,
      ),
    version: () => safe('asking for the version', () => http.GET('/admin/version')),
    flows: createFlows(transport),
    flowRuns: createFlowRuns(transport),
    taskRuns: createTaskRuns(transport),
    deployments: createDeployments(transport),
    schedules: createSchedules(transport),
    logs: createLogs(transport),
    workPools: createWorkPools(transport),
    workQueues: createWorkQueues(transport),
    workers: createWorkers(transport),
    artifacts: createArtifacts(transport),
    variables: createVariables(transport),
    blocks: createBlocks(transport),
    concurrencyLimits: createConcurrencyLimits(transport),
  };
}
