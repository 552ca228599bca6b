export { createCatalogue } from './catalogue/catalogue';
export { CATALOGUE_TAG, type CatalogueFlow } from './catalogue/catalogueFlow';
export type {
  ArchivedPart,
  FetchedBars,
  FlowServices,
  HealthFinding,
  LimitLine,
  LogCount,
  OpenFlowServices,
  PerformanceLine,
  PositionLine,
  QualityProblem,
  WatchedSeries,
} from './catalogue/flowServices';
export { createPrefectClient, PREFECT_VERSION, type PrefectClient } from './client/prefectClient';
export { StateRefusedError } from './client/prefectError';
export type { PrefectAuth, PrefectConnection } from './client/transport';
export {
  type CatalogueDeployment,
  DEPLOYMENT_NAME,
  type DeployedFlow,
  type DeployResult,
  deployCatalogue,
} from './deploy/deployCatalogue';
export { ensureWorkPool, WORK_POOL_TYPE } from './deploy/workPool';
export type { ProviderOf } from './flowServices/marketData';
export { type FlowSystem, openFlowServices } from './flowServices/openFlowServices';
export { flow, skipped, task } from './flows/declare';
export type { FlowRunOutcome } from './flows/execution';
export type {
  FlowDefinition,
  FlowHandler,
  FlowOptions,
  FlowRunContext,
  RetryOptions,
  Skipped,
  Task,
  TaskRunContext,
} from './flows/flow';
export type { JsonValue } from './flows/json';
export { runFlow } from './flows/runFlow';
export {
  createPrefectServer,
  type PrefectServer,
  type PrefectServerOptions,
  type PrefectServerStatus,
  type StartedPrefect,
} from './server/prefectServer';
export { runAsChild } from './worker/runAsChild';
export type { RunCommand } from './worker/runProcess';
export { createWorker, type TradingWorker, type WorkerOptions } from './worker/worker';
export type { WorkerEvent, WorkerListener } from './worker/workerEvent';
