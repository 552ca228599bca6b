import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { WorkerEvent } from '../../src/index';
import { type ProgramInput, programCommand } from './programs';

/** A worker in a process of its own. */
export interface SpawnedWorker extends AsyncDisposable {
  readonly events: readonly WorkerEvent[];
  readonly errors: () => string;
  /** As the out-of-memory killer would. */
  kill9(): Promise<void>;
  /** SIGTERM; resolves when the process is gone. */
  stop(): Promise<number | null>;
}

/** Starts one. It serves until it is stopped. */
export function spawnWorker(input: ProgramInput): SpawnedWorker {
  const { program, args, env } = programCommand('workerProgram', input);
  const child: ChildProcess = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const events: WorkerEvent[] = [];
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  if (child.stdout !== null)
    createInterface(child.stdout).on('line', (line) => events.push(JSON.parse(line) as WorkerEvent));
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  return {
    events,
    errors: () => errors,
    kill9: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  };
}
