/** What a worker did or saw; for its log and for tests. */
export type WorkerEvent =
  | { readonly type: 'started'; readonly worker: string; readonly pool: string }
  | { readonly type: 'claimed'; readonly flowRunId: string; readonly flowRunName: string }
  /** Another worker was faster, or a limit holds the run back. */
  | { readonly type: 'passed'; readonly flowRunId: string; readonly reason: string }
  | { readonly type: 'running'; readonly flowRunId: string; readonly pid: number }
  | { readonly type: 'ended'; readonly flowRunId: string; readonly state: string; readonly exit: string }
  | { readonly type: 'cancelling'; readonly flowRunId: string }
  /** The run is another's by now, or Prefect wasn't heard from for too long: its process here is ended. */
  | { readonly type: 'lost'; readonly flowRunId: string; readonly reason: string }
  /** The worker that had the run is dead. */
  | { readonly type: 'reaped'; readonly flowRunId: string; readonly from: string }
  | { readonly type: 'retried'; readonly flowRunId: string; readonly at: string }
  | { readonly type: 'error'; readonly message: string }
  | { readonly type: 'stopped'; readonly worker: string };

/** Hears what a worker does. */
export type WorkerListener = (event: WorkerEvent) => void;
