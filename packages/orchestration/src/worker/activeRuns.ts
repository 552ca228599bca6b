import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { FlowRun } from '../client/apiTypes';
import type { PrefectClient } from '../client/prefectClient';
import type { CrashPolicy } from './crashPolicy';
import { endCancelled, holderOf, WORKER_LABEL } from './reapDeadWorkers';
import { exitText, type ProcessExit, type RunCommand, type RunProcess, startRunProcess } from './runProcess';
import type { WorkerListener } from './workerEvent';

/** The runs that a worker has processes for. */
export interface ActiveRuns {
  readonly size: number;
  has(flowRunId: string): boolean;
  /** Starts the process of a run that was claimed. */
  start(run: FlowRun): void;
  /** Tells processes of cancelled runs to end, and ends those whose run is another's by now. */
  check(): Promise<void>;
  /** Ends every process at once: nobody can be told of anything. What nobody took over by the time they can has crashed. */
  abandon(reason: string): void;
  /** Tells every process to stop. */
  tellAllToStop(): void;
  killAll(): void;
  /** Resolves when no process is left and every end was dealt with. */
  settled(): Promise<void>;
}

interface Active {
  readonly process: RunProcess;
  readonly settled: Promise<void>;
  cancelledAt: number | undefined;
  /** The run is no longer this worker's: its end is nobody's business here. */
  lost: boolean;
}

/** What the runs of a worker have in common. */
interface ActiveRunsOptions {
  readonly client: PrefectClient;
  readonly worker: string;
  readonly command: (run: { flowRunId: string; worker: string }) => RunCommand;
  readonly policy: CrashPolicy;
  readonly cancelGraceMs: number;
  readonly listen: WorkerListener;
}

const SETTLE_AGAIN_MS = 2_000;

const FINAL = ['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'];

/** An empty set of runs. */
export function createActiveRuns(options: ActiveRunsOptions): ActiveRuns {
  const { client, worker, listen } = options;
  const active = new Map<string, Active>();
  const closing = new AbortController();

  const settle = async (flowRunId: string, exit: ProcessExit) => {
    const run = await client.flowRuns.byId(flowRunId);
    if (
      active.get(flowRunId)?.lost !== true &&
      !FINAL.includes(run.state_type ?? '') &&
      holderOf(run) === worker
    ) {
      if (run.state_type === 'CANCELLING') await endCancelled(client, run);
      // A run that told of its next try itself is Scheduled, and no longer waits inside a process.
      else if (run.state_type !== 'SCHEDULED' || run.empirical_policy?.retry_type === 'in_process')
        await options.policy.crash(run, crashMessage(exit));
    }
    listen({ type: 'ended', flowRunId, state: run.state_name ?? '', exit: exitText(exit) });
  };

  /** Until the server could be told: a run whose process is gone and that nobody speaks for would stay Running. */
  const ended = async (flowRunId: string, exit: ProcessExit) => {
    for (;;) {
      try {
        await settle(flowRunId, exit);
        break;
      } catch (error) {
        listen({ type: 'error', message: `${flowRunId}: ${error instanceof Error ? error.message : error}` });
        // Whoever looks after dead workers finds it once this one has gone.
        if (closing.signal.aborted) break;
        await delay(SETTLE_AGAIN_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
    active.delete(flowRunId);
  };

  return {
    get size() {
      return active.size;
    },
    has: (flowRunId) => active.has(flowRunId),
    start: (run) => {
      const process = startRunProcess(options.command({ flowRunId: run.id, worker }));
      listen({ type: 'running', flowRunId: run.id, pid: process.pid });
      const settled = process.exited.then((exit) => ended(run.id, exit));
      active.set(run.id, { process, settled, cancelledAt: undefined, lost: false });
      const told = [
        client.flowRuns.update(run.id, { infrastructurePid: `${hostname()}:${process.pid}` }),
        client.flowRuns.label(run.id, { [WORKER_LABEL]: worker }),
      ];
      Promise.all(told).catch((error) => listen({ type: 'error', message: String(error) }));
    },
    check: async () => {
      if (active.size === 0) return;
      for (const run of await client.flowRuns.list({ ids: [...active.keys()], limit: 200 })) {
        const entry = active.get(run.id);
        if (entry === undefined) continue;
        if (run.state_type === 'CANCELLING') {
          if (entry.cancelledAt === undefined) {
            entry.cancelledAt = Date.now();
            listen({ type: 'cancelling', flowRunId: run.id });
            entry.process.tell({ type: 'cancel' });
          } else if (Date.now() - entry.cancelledAt > options.cancelGraceMs) entry.process.kill();
        } else if (isAnothers(run, worker)) {
          entry.lost = true;
          listen({ type: 'lost', flowRunId: run.id, reason: `it is ${run.state_name} elsewhere` });
          entry.process.kill();
        }
      }
    },
    abandon: (reason) => {
      for (const [flowRunId, entry] of active) {
        listen({ type: 'lost', flowRunId, reason });
        entry.process.kill();
      }
    },
    tellAllToStop: () => {
      closing.abort();
      for (const { process } of active.values()) process.tell({ type: 'stop' });
    },
    killAll: () => {
      for (const { process } of active.values()) process.kill();
    },
    settled: async () => {
      await Promise.all([...active.values()].map(({ settled }) => settled));
    },
  };
}

/** Claimed by another, or given back for another to claim. A final state is left to the process to come to its end. */
function isAnothers(run: FlowRun, worker: string): boolean {
  if (run.state_type === 'PENDING' || run.state_type === 'RUNNING') return holderOf(run) !== worker;
  return (
    run.state_type === 'SCHEDULED' &&
    run.state_name === 'AwaitingRetry' &&
    run.empirical_policy?.retry_type === 'reschedule'
  );
}

function crashMessage(exit: ProcessExit): string {
  const tail = exit.output === '' ? '' : `: ${exit.output.slice(-1_000)}`;
  return `The run's process ended without reporting its end, ${exitText(exit)}${tail}`;
}
