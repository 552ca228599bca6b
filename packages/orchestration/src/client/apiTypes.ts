import type { components } from '../generated/prefectApi';

/** The shapes of Prefect 3.4.14's REST API, as its own OpenAPI document says. */
type Schemas = components['schemas'];

export type StateType = Schemas['StateType'];
export type State = Schemas['State'];
export type StateCreate = Schemas['StateCreate'];
export type SetStateResult = Schemas['OrchestrationResult'];
export type Flow = Schemas['Flow'];
export type FlowRun = Schemas['FlowRunResponse'];
export type FlowRunPolicy = Schemas['FlowRunPolicy'];
export type TaskRun = Schemas['TaskRun'];
export type TaskRunCreate = Schemas['TaskRunCreate'];
export type Deployment = Schemas['DeploymentResponse'];
export type DeploymentCreate = Schemas['DeploymentCreate'];
export type DeploymentSchedule = Schemas['DeploymentSchedule'];
export type DeploymentScheduleCreate = Schemas['DeploymentScheduleCreate'];
export type DeploymentScheduleUpdate = Schemas['DeploymentScheduleUpdate'];
export type Log = Schemas['Log'];
export type LogCreate = Schemas['LogCreate'];
export type WorkPool = Schemas['WorkPool'];
export type WorkPoolCreate = Schemas['WorkPoolCreate'];
export type WorkPoolUpdate = Schemas['WorkPoolUpdate'];
export type WorkQueue = Schemas['WorkQueueResponse'];
export type WorkQueueCreate = Schemas['WorkQueueCreate'];
export type Worker = Schemas['WorkerResponse'];
export type ScheduledRun = Schemas['WorkerFlowRunResponse'];
export type Artifact = Schemas['Artifact'];
export type ArtifactCreate = Schemas['ArtifactCreate'];
export type Variable = Schemas['Variable'];
export type BlockType = Schemas['BlockType'];
export type BlockTypeCreate = Schemas['BlockTypeCreate'];
export type BlockSchema = Schemas['BlockSchema'];
export type BlockSchemaCreate = Schemas['BlockSchemaCreate'];
export type BlockDocument = Schemas['BlockDocument'];
export type BlockDocumentCreate = Schemas['BlockDocumentCreate'];
export type ConcurrencyLimit = Schemas['GlobalConcurrencyLimitResponse'];
/** Anything that JSON can hold, by name: parameters, templates, values of blocks. */
export type JsonObject = Readonly<Record<string, unknown>>;
