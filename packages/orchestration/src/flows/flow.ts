import type { z } from 'zod';
import type { PrefectClient } from '../client/prefectClient';
import type { ArtifactWriter } from './artifactWriter';
import type { JsonValue } from './json';
import type { RunLog } from './runLog';

/** How often and how fast a thing that failed is tried again. */
export interface RetryOptions {
  /** Tries after the first; 0 unless told. */
  readonly retries?: number | undefined;
  readonly retryDelaySeconds?: number | undefined;
  /** After this long it fails as TimedOut; its `signal` is aborted. None unless told. */
  readonly timeoutSeconds?: number | undefined;
}

/** How a flow behaves. */
export interface FlowOptions<Parameters extends object> extends RetryOptions {
  readonly description?: string | undefined;
  /** Refuses parameters that aren't right, before the run starts, and fills in defaults. */
  readonly parameters: z.ZodType<Parameters>;
  /** How often a run whose process or machine died is started again; 2 unless told. */
  readonly crashRetries?: number | undefined;
  readonly crashRetryDelaySeconds?: number | undefined;
  readonly tags?: readonly string[] | undefined;
  /**
   * Whether a run with these parameters deletes what can't be brought back. Parameters come from whoever reaches Prefect's
   * API, so such a run is carried out only where the worker was started with leave for this flow.
   */
  // A method, so that flows of several parameters fit into one list.
  deletes?(parameters: Parameters): boolean;
}

/** Nothing was there to be done, and that is right: the run is Completed under the name Skipped. */
export interface Skipped {
  readonly skipped: string;
}

/** What a flow does. May be run again after a crash in its middle, so whatever it changes must bear repetition. */
export type FlowHandler<Parameters extends object, Result extends JsonValue> = (
  run: FlowRunContext,
  parameters: Parameters,
  // biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing is a void function
) => Promise<Result | Skipped | void>;

/** A flow: its name in Prefect, what it does and how. */
export interface FlowDefinition<Parameters extends object = object, Result extends JsonValue = JsonValue> {
  readonly name: string;
  // A method, so that flows of several parameters fit into one list: each reads its own with its own schema first.
  handler(run: FlowRunContext, parameters: Parameters): ReturnType<FlowHandler<Parameters, Result>>;
  readonly options: FlowOptions<Parameters>;
}

/** A task: called within a run, it shows there as a run of its own. */
export type Task<Input, Result extends JsonValue> = (
  run: FlowRunContext,
  input: Input,
  /** Tells this call from others of the task in the run, also when the run is retried; the how-manieth call, unless told. */
  key?: string,
) => Promise<Result>;

/** What a task's handler works with. */
export interface TaskRunContext {
  readonly id: string;
  readonly flowRunId: string;
  /** 1 at first. */
  readonly attempt: number;
  /** Aborted when the task times out or the run is cancelled. */
  readonly signal: AbortSignal;
  readonly log: RunLog;
  readonly artifacts: ArtifactWriter;
}

/** What a flow's handler works with. */
export interface FlowRunContext {
  /** Of Prefect's flow run; the same on every attempt, so effects can be keyed by it. */
  readonly id: string;
  readonly name: string;
  readonly flowName: string;
  /** 1 at first, one more with every retry. */
  readonly attempt: number;
  /** When the run was due at first, which is not when it started. */
  readonly scheduledFor: Date;
  /** Of every event that the run causes: the run's id, so that Prefect's UI and our events find each other. */
  readonly correlationId: string;
  /** Aborted when the run is cancelled, times out or has to stop. */
  readonly signal: AbortSignal;
  readonly log: RunLog;
  readonly artifacts: ArtifactWriter;
  /** For what this context has no words for. */
  readonly client: PrefectClient;
  /** The log of a task of this run. */
  taskLog(taskName: string, taskRunId: string): RunLog;
  /** The how-manieth call of this task within the attempt, from 0. */
  nextCall(taskName: string): number;
  /** Runs another flow as a child of this run, in this process; its failure is thrown. */
  call<Parameters extends object, Result extends JsonValue>(
    flow: FlowDefinition<Parameters, Result>,
    parameters: Parameters,
  ): Promise<JsonValue>;
}
