import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repositoryRoot } from '../testRun';
import type { FuzzMessage, FuzzSettings } from './program';

/** Which program to run, and how long. */
export interface FuzzOptions {
  /** The program's TypeScript file, which calls `runFuzz`. */
  readonly program: string;
  readonly target: string;
  readonly runs: number;
  readonly context?: Readonly<Record<string, string>>;
  /** Memory that the program may keep, MB. 128. */
  readonly heapMb?: number;
}

/** Another one than usual looks elsewhere; the same one finds the same. */
const SEED = Number(process.env.TRADING_FUZZ_SEED ?? 20_260_101);
/** How much longer than usual to look. */
const FACTOR = Number(process.env.TRADING_FUZZ_FACTOR ?? 1);
/** Far more than a linear reader takes for the largest input, far less than a quadratic one. */
const WORKS_PER_TURN = 25;
const WORKS_PER_INPUT = 250;
/** Processor time of the whole program. What never returns is ended by the system then. */
const CPU_SECONDS = 300;

/**
 * Runs a program that fuzzes one target.
 *
 * @returns undefined where all went well; else what went wrong, with the seed and the number of the run that repeat it
 */
export async function fuzz(options: FuzzOptions): Promise<string | undefined> {
  const { program, target, runs, context = {}, heapMb = 128 } = options;
  const settings: FuzzSettings = {
    target,
    seed: SEED,
    runs: Math.ceil(runs * FACTOR),
    worksPerTurn: WORKS_PER_TURN,
    worksPerInput: WORKS_PER_INPUT,
    context,
  };
  const node = [
    process.execPath,
    `--max-old-space-size=${heapMb}`,
    '--conditions=@trading/source',
    ...['-r', join(repositoryRoot(), 'packages/testing/jest/typescriptProgram.cjs')],
    ...[program, JSON.stringify(settings)],
  ];
  const child = spawn(
    'sh',
    ['-c', 'ulimit -t "$0" && exec "$@"', String(Math.ceil(CPU_SECONDS * FACTOR)), ...node],
    {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      cwd: repositoryRoot(),
    },
  );
  let run = -1;
  let ended: { failure: string | null } | undefined;
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = `${errors}${text}`.slice(-4_000);
  });
  child.on('message', (message: FuzzMessage) => {
    if ('run' in message) run = message.run;
    else ended = message;
  });
  const [code, signal] = await once(child, 'close');
  const where = `TRADING_FUZZ_SEED=${SEED}, run ${run} of ${target}`;
  if (ended?.failure) return `${where}: ${ended.failure}`;
  if (ended === undefined || code !== 0) return `${where}: ended with ${signal ?? code}: ${errors}`;
  return undefined;
}
