export { createPrefectClient, PREFECT_VERSION, type PrefectClient } from './client/prefectClient';
export { StateRefusedError } from './client/prefectError';
export type { PrefectAuth, PrefectConnection } from './client/transport';
export { flow, skipped, task } from './flows/declare';
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
