import { type ChildProcess, spawn } from 'node:child_process';
import type { ChildMessage } from './childMessage';

/** The program that carries out one run. It calls `runAsChild`. */
export interface RunCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly cwd?: string | undefined;
}

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote, for the message of a crash. */
  readonly output: string;
}

/** The process of one run. */
export interface RunProcess {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  /** Says it over the channel; a process that is gone hears nothing. */
  tell(message: ChildMessage): void;
  kill(): void;
}

const KEPT = 4_000;

/**
 * Starts a run's process, in a process group of its own: Ctrl-C in the worker's terminal is for the worker, which then
 * decides what becomes of its runs. A program that can't be started counts as one that ended.
 */
export function startRunProcess(command: RunCommand): RunProcess {
  const child: ChildProcess = spawn(command.program, command.args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    ...(command.env === undefined ? {} : { env: command.env }),
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
  });
  let output = '';
  const keep = (text: string) => {
    output = (output + text).slice(-KEPT);
  };
  child.stdout?.setEncoding('utf8').on('data', keep);
  child.stderr?.setEncoding('utf8').on('data', keep);
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, output: error.message }));
    child.once('close', (code, signal) => resolve({ code, signal, output: output.trim() }));
  });
  return {
    pid: child.pid ?? 0,
    exited,
    // The callback takes the error of a channel that closed meanwhile; without it, it would be thrown at the worker.
    tell: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}

/** How it ended, in words. */
export function exitText({ code, signal }: ProcessExit): string {
  if (signal !== null) return `ended by ${signal}`;
  return code === null ? 'could not be started' : `exit code ${code}`;
}
