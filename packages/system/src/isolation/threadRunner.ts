import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { TradingError } from '@trading/model';
import { type DecisionMaterial, deadlineError, type Outcome, type ReadyStrategy } from '@trading/strategy';
import { type DecisionReply, type DecisionRequest, received } from './messages';

/** Lets strategies of a config decide in a thread of their own. */
export interface ThreadRunner extends AsyncDisposable {
  /** @throws TradingError `STRATEGY.DEADLINE`, `STRATEGY.FAILED`, and what the strategy's decision is refused with */
  run(strategy: ReadyStrategy, material: DecisionMaterial): Promise<Outcome>;
}

/** Loading a config is no decision: it may take as long as a slow disk takes. */
const START_MS = 60_000;

/** From sources, as tests run, the thread is the built one: Node can't load TypeScript. */
const THREAD = join(
  __dirname,
  __filename.endsWith('.ts') ? '../../dist/isolation' : '.',
  'strategyThread.js',
);

interface Thread {
  readonly worker: Worker;
  readonly started: Promise<void>;
  /** Takes the next reply; there is one at a time. */
  heard: ((reply: DecisionReply) => void) | undefined;
  failed: ((error: Error) => void) | undefined;
}

/** Makes a runner; its thread starts with the first decision, and again after one that was ended. */
export function createThreadRunner(options: {
  readonly configPath: string;
  /** How long one decision may take. 5 s. */
  readonly deadlineMs?: number | undefined;
}): ThreadRunner {
  const { configPath, deadlineMs = 5_000 } = options;
  let thread: Thread | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let lastId = 0;
  const nextId = () => {
    lastId += 1;
    return lastId;
  };

  const end = async () => {
    const ended = thread;
    thread = undefined;
    await ended?.worker.terminate();
  };
  const decide = async (strategy: ReadyStrategy, material: DecisionMaterial): Promise<Outcome> => {
    thread ??= startThread(configPath);
    const { started } = thread;
    const current = thread;
    try {
      await within(started, START_MS, strategy.kind);
      const request: DecisionRequest = { id: nextId(), parameters: strategy.given, material };
      const reply = new Promise<DecisionReply>((resolve, reject) => {
        current.heard = resolve;
        current.failed = reject;
      });
      current.worker.postMessage(request);
      const answer = await within(reply, deadlineMs, strategy.kind);
      if ('ready' in answer)
        throw new TradingError('STRATEGY.FAILED', 'the thread answered out of turn', { kind: 'bug' });
      return received(answer);
    } catch (error) {
      // A strategy that refuses goes on; one that did not answer took its thread with it.
      if (!(error instanceof TradingError) || error.code === 'STRATEGY.DEADLINE') await end();
      if (error instanceof TradingError) throw error;
      throw new TradingError(
        'STRATEGY.FAILED',
        `strategy kind ${strategy.kind} ended its thread: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error, details: { kind: strategy.kind } },
      );
    }
  };
  return {
    run(strategy, material) {
      const mine = turn.then(() => decide(strategy, material));
      turn = mine.catch(() => {});
      return mine;
    },
    async [Symbol.asyncDispose]() {
      await turn;
      await end();
    },
  };
}

function startThread(configPath: string): Thread {
  // What a strategy prints goes where this process prints; it gets no environment, and so no secrets.
  const worker = new Worker(THREAD, { workerData: { configPath }, env: {} });
  worker.unref();
  let ready = () => {};
  let failed = (_error: Error) => {};
  const started = new Promise<void>((resolve, reject) => {
    ready = resolve;
    failed = reject;
  });
  const thread: Thread = { worker, started, heard: undefined, failed: undefined };
  worker.on('message', (reply: DecisionReply) => ('ready' in reply ? ready() : thread.heard?.(reply)));
  const lost = (error: Error) => {
    failed(error);
    thread.failed?.(error);
  };
  worker.on('error', lost);
  worker.on('exit', (code) => lost(new Error(`it exited with ${code}`)));
  started.catch(() => {});
  return thread;
}

/**
 * Waits for an answer. Where this process was stopped itself for longer than the deadline, the answer may be there and not
 * yet read: it gets the same time once more.
 */
async function within<T>(answer: Promise<T>, ms: number, kind: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeOut = new Promise<never>((_resolve, reject) => {
    const wait = (isLast: boolean) => {
      const since = performance.now();
      timer = setTimeout(() => {
        const late = performance.now() - since > ms * 1.5 + 100;
        if (late && !isLast) wait(true);
        else reject(deadlineError(kind, ms));
      }, ms);
    };
    wait(false);
  });
  try {
    return await Promise.race([answer, timeOut]);
  } finally {
    clearTimeout(timer);
  }
}
