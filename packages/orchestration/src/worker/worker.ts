import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { TradingError } from '@trading/model';
import type { PrefectClient } from '../client/prefectClient';
import { ensureWorkPool } from '../deploy/workPool';
import type { FlowDefinition } from '../flows/flow';
import { createActiveRuns } from './activeRuns';
import { claimRuns } from './claimRuns';
import { createCrashPolicy } from './crashPolicy';
import { reapDeadWorkers } from './reapDeadWorkers';
import type { RunCommand } from './runProcess';
import type { WorkerListener } from './workerEvent';
import { MISSED_HEARTBEATS } from './workerLife';

/** How a worker works. */
export interface WorkerOptions {
  readonly client: PrefectClient;
  readonly pool: string;
  /** For their crash policies; what is run is what `command` starts. */
  readonly flows: readonly FlowDefinition[];
  /** The program of one run: it calls `runAsChild` with these. */
  readonly command: (run: { flowRunId: string; worker: string }) => RunCommand;
  /** All of the pool's unless told. */
  readonly queues?: readonly string[] | undefined;
  /** Runs at once; 2 unless told. */
  readonly limit?: number | undefined;
  readonly pollMs?: number | undefined;
  /** Whole seconds, 10 unless told; after three missing ones the others take over the worker's runs. */
  readonly heartbeatSeconds?: number | undefined;
  /** Runs are taken this long before they are due, so that their processes are up in time; 10 s unless told. */
  readonly prefetchMs?: number | undefined;
  /** How long a cancelled run may take to tidy up before its process is ended; 15 s unless told. */
  readonly cancelGraceMs?: number | undefined;
  readonly listen?: WorkerListener | undefined;
}

/** How long a stop may take. */
interface StopOptions {
  readonly waitMs?: number;
  readonly tidyMs?: number;
}

/** Serves a work pool. */
export interface TradingWorker extends AsyncDisposable {
  /** Unlike any other's, now and later: runs are claimed in it. */
  readonly name: string;
  /** Begins; the pool is made where there is none. Returns after the first look for runs. */
  start(): Promise<void>;
  /**
   * Takes no more runs and waits for those it has; the ones that go on after `waitMs` (30 s unless told) are told to stop
   * and are picked up again elsewhere. Those that haven't told of it after `tidyMs` (10 s unless told) are ended.
   */
  stop(options?: StopOptions): Promise<void>;
}

/** A worker; nothing happens before `start`. */
export function createWorker(options: WorkerOptions): TradingWorker {
  const { client, pool, pollMs = 2_000, heartbeatSeconds = 10, limit = 2 } = options;
  const name = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const listen = options.listen ?? (() => undefined);
  const policy = createCrashPolicy(client, options.flows, listen);
  const active = createActiveRuns({
    client,
    worker: name,
    command: options.command,
    policy,
    cancelGraceMs: options.cancelGraceMs ?? 15_000,
    listen,
  });
  const stopping = new AbortController();
  const ending = new AbortController();
  let heardAt = Date.now();
  let loops: Promise<unknown> = Promise.resolve();

  const attempt = async (step: () => Promise<void>) => {
    try {
      await step();
    } catch (error) {
      // The server may be away for a while; what can't be done now is done the next time.
      listen({ type: 'error', message: error instanceof Error ? error.message : String(error) });
    }
  };
  const beat = async () => {
    await client.workers.heartbeat(pool, name, heartbeatSeconds);
    heardAt = Date.now();
    await reapDeadWorkers({ client, pool, worker: name, policy, listen });
  };
  const look = async () => {
    await active.check();
    const free = limit - active.size;
    if (stopping.signal.aborted || free <= 0) return;
    const before = new Date(Date.now() + (options.prefetchMs ?? 10_000));
    await claimRuns({
      client,
      pool,
      queues: options.queues ?? [],
      worker: name,
      before,
      free,
      active,
      listen,
    });
  };
  /** Others take this worker for dead by now: what it still does would be done twice. */
  const giveUpWhenUnheard = () => {
    if (active.size > 0 && Date.now() - heardAt > heartbeatSeconds * MISSED_HEARTBEATS * 1000)
      active.abandon('the server has not been reached for too long');
  };
  const loop = async (everyMs: number, step: () => Promise<void>) => {
    while (!ending.signal.aborted) {
      await delay(everyMs, undefined, { signal: ending.signal }).catch(() => undefined);
      if (!ending.signal.aborted) await attempt(step);
      giveUpWhenUnheard();
    }
  };
  const stop = async ({ waitMs = 30_000, tidyMs = 10_000 }: StopOptions = {}) => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    await within(active.settled(), waitMs);
    active.tellAllToStop();
    await within(active.settled(), tidyMs);
    active.killAll();
    await active.settled();
    ending.abort();
    await loops;
    await attempt(() => client.workers.remove(pool, name));
    listen({ type: 'stopped', worker: name });
  };
  return {
    name,
    start: async () => {
      if (limit < 1)
        throw new TradingError('PREFECT.INVALID_LIMIT', `limit is ${limit}; it must be at least 1`);
      await ensureWorkPool(client, pool);
      await beat();
      listen({ type: 'started', worker: name, pool });
      await attempt(look);
      loops = Promise.all([loop(heartbeatSeconds * 1000, beat), loop(pollMs, look)]);
    },
    stop,
    [Symbol.asyncDispose]: () => stop({ waitMs: 0 }),
  };
}

/** Waits for something to end, but not longer than that. */
async function within(work: Promise<void>, ms: number): Promise<void> {
  const enough = new AbortController();
  const timeout = delay(ms, undefined, { signal: enough.signal }).catch(() => undefined);
  await Promise.race([work, timeout]);
  enough.abort();
}
