import type { FlowRun } from '../client/apiTypes';
import type { PrefectClient } from '../client/prefectClient';
import type { FlowDefinition } from './flow';
import type { JsonValue } from './json';
import type { Claim } from './states';

/** One run to carry out. */
export interface FlowRunExecution<Parameters extends object, Result extends JsonValue> {
  readonly client: PrefectClient;
  readonly flow: FlowDefinition<Parameters, Result>;
  readonly flowRun: FlowRun;
  /** The worker that holds the run; none where it runs without one. */
  readonly claim?: Claim | undefined;
  /** Aborted with an {@link InterruptedError} to end the run early. */
  readonly signal?: AbortSignal | undefined;
  /** Names of the flows that may delete; see `deletes` of a flow's options. None by default. */
  readonly mayDelete?: readonly string[] | undefined;
  /** How often the run is asked whether somebody cancelled it; 5 s unless told. */
  readonly cancelPollMs?: number | undefined;
}

/** How a run ended. */
export interface FlowRunOutcome {
  readonly flowRunId: string;
  /**
   * The state that it was left in; `RESCHEDULED` where it had to stop and is picked up again, `ABORTED` where the server
   * forbade to run it, and its state is another's.
   */
  readonly state: 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'CRASHED' | 'RESCHEDULED' | 'ABORTED';
  readonly stateName: string;
  readonly message: string | undefined;
  readonly result: JsonValue | undefined;
  /** What the handler threw, where it did. */
  readonly error: unknown;
}

/** Carries a run out, its retries included, and reports every state. Throws only where the server can't be told. */
export type ExecuteFlowRun = <Parameters extends object, Result extends JsonValue>(
  execution: FlowRunExecution<Parameters, Result>,
) => Promise<FlowRunOutcome>;
