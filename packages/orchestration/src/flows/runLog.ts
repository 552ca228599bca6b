import type { LogCreate } from '../client/apiTypes';
import type { PrefectClient } from '../client/prefectClient';

/** Writes to a run's log in Prefect. Never fails and never waits. */
export interface RunLog {
  debug(message: string): void;
  info(message: string): void;
  warning(message: string): void;
  error(message: string): void;
}

/** Collects lines of one flow run and its tasks and sends them in batches. */
export interface LogBuffer {
  /** A log of the flow run, or of one of its task runs. */
  log(name: string, taskRunId?: string): RunLog;
  /** Sends what is there. Never throws. */
  flush(): Promise<void>;
  /** Sends the rest and stops; lines after it are lost. */
  close(): Promise<void>;
}

/** Python's numbers, which Prefect's UI knows. */
const LEVELS = { debug: 10, info: 20, warning: 30, error: 40 } as const;
const BATCH = 200;
const EVERY_MS = 1_000;
/** Where the server is away for long, the newest lines are kept. */
const KEPT = 5_000;
const LONGEST = 20_000;

/** A buffer for the run `flowRunId`. A batch that can't be sent is kept for the next time. */
export function createLogBuffer(
  client: PrefectClient,
  flowRunId: string,
  clock: () => Date = () => new Date(),
): LogBuffer {
  let waiting: LogCreate[] = [];
  let dropped = 0;
  let sending: Promise<void> = Promise.resolve();

  const send = async () => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      try {
        await client.logs.write(batch);
      } catch {
        // Logs must not fail a run; the server says nothing about them being lost but the next batch does.
        const excess = Math.max(0, waiting.length - KEPT);
        waiting = waiting.slice(excess);
        dropped += excess;
        return;
      }
      waiting = waiting.slice(batch.length);
    }
  };
  const flush = () => {
    sending = sending.then(send);
    return sending;
  };
  const timer = setInterval(() => void flush(), EVERY_MS);
  timer.unref();

  const add = (name: string, taskRunId: string | undefined, level: number, message: string) => {
    const lost = dropped === 0 ? '' : ` [${dropped} earlier lines could not be sent]`;
    dropped = 0;
    waiting.push({
      name,
      level,
      message: `${message}${lost}`.slice(0, LONGEST),
      timestamp: clock().toISOString(),
      flow_run_id: flowRunId,
      ...(taskRunId === undefined ? {} : { task_run_id: taskRunId }),
    });
    if (waiting.length % BATCH === 0) void flush();
  };
  return {
    log: (name, taskRunId) => ({
      debug: (message) => add(name, taskRunId, LEVELS.debug, message),
      info: (message) => add(name, taskRunId, LEVELS.info, message),
      warning: (message) => add(name, taskRunId, LEVELS.warning, message),
      error: (message) => add(name, taskRunId, LEVELS.error, message),
    }),
    flush,
    close: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}
