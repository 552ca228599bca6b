import { randomUUID } from 'node:crypto';
import type { BacktestProgress, BacktestRequest, BacktestResult } from '@trading/backtest';
import { isTradingError } from '@trading/model';
import { ApiProblem } from '../problems/apiProblem';

/** Runs a backtest where it doesn't hold up the server: in a thread of its own. */
export type BacktestRunner = (
  request: BacktestRequest,
  options: { readonly signal: AbortSignal; readonly onProgress: BacktestProgress },
) => Promise<BacktestResult>;

/** A backtest that was asked for. */
export interface BacktestRun {
  readonly backtestId: string;
  readonly keyId: string;
  readonly accounts: readonly string[];
  readonly request: BacktestRequest;
  readonly createdAt: Date;
  status: 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
  progress: { done: number; total: number; date: string | null };
  result: BacktestResult | null;
  error: { code: string; message: string } | null;
}

/** The backtests of this server: one runs, a few wait, the last ones are kept in memory. */
export interface Backtests {
  /** @throws ApiProblem 429 `API.TOO_MANY_BACKTESTS` */
  start(
    request: BacktestRequest,
    by: { readonly keyId: string; readonly accounts: readonly string[] },
  ): BacktestRun;
  find(backtestId: string): BacktestRun | undefined;
  list(): readonly BacktestRun[];
  stop(backtestId: string): void;
  close(): Promise<void>;
}

const MOST_WAITING = 5;
const MOST_KEPT = 20;

/** Makes the list of backtests over what runs them. */
export function createBacktests(run: BacktestRunner): Backtests {
  const runs = new Map<string, BacktestRun>();
  const stops = new Map<string, AbortController>();
  let queue: Promise<void> = Promise.resolve();

  const work = async (entry: BacktestRun, stop: AbortController) => {
    if (stop.signal.aborted) {
      entry.status = 'stopped';
      return;
    }
    entry.status = 'running';
    try {
      entry.result = await run(entry.request, {
        signal: stop.signal,
        onProgress: (progress) => {
          entry.progress = { ...progress };
        },
      });
      entry.status = 'done';
    } catch (error) {
      entry.status = stop.signal.aborted ? 'stopped' : 'failed';
      entry.error = isTradingError(error)
        ? { code: error.code, message: error.message }
        : { code: 'API.INTERNAL', message: 'the server made a mistake; its log has more' };
    } finally {
      stops.delete(entry.backtestId);
    }
  };
  const forget = () => {
    for (const [id, { status }] of runs) {
      if (runs.size <= MOST_KEPT) return;
      if (status !== 'waiting' && status !== 'running') runs.delete(id);
    }
  };
  return {
    start(request, { keyId, accounts }) {
      const waiting = [...runs.values()].filter(({ status }) => status === 'waiting').length;
      if (waiting >= MOST_WAITING)
        throw new ApiProblem(
          429,
          'API.TOO_MANY_BACKTESTS',
          `${waiting} backtests wait already; ask again when one is done`,
        );
      const entry: BacktestRun = {
        backtestId: randomUUID(),
        keyId,
        accounts,
        request,
        createdAt: new Date(),
        status: 'waiting',
        progress: { done: 0, total: 0, date: null },
        result: null,
        error: null,
      };
      const stop = new AbortController();
      runs.set(entry.backtestId, entry);
      stops.set(entry.backtestId, stop);
      queue = queue.then(() => work(entry, stop));
      forget();
      return entry;
    },
    find: (backtestId) => runs.get(backtestId),
    list: () => [...runs.values()].reverse(),
    stop: (backtestId) => stops.get(backtestId)?.abort(),
    async close() {
      for (const stop of stops.values()) stop.abort();
      await queue;
    },
  };
}
