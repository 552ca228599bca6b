import { spawn } from 'node:child_process';
import { childEnvironment, NETWORK } from '@trading/local';
import { DOCKER } from './serverSettings';

/** How a program ended and what it said. */
export interface ProgramResult {
  /** Null where a signal ended it. */
  readonly code: number | null;
  /** stdout. */
  readonly output: string;
  /** The last of stderr, 8000 characters. */
  readonly errors: string;
}

const KEPT = 8_000;
/** Where pip and uv fetch from, and how. */
const INSTALLERS = /^(PIP_.*|UV_.*)$/;

/** Runs a program to its end. A program that can't be started is code null with the reason in `errors`. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd?: string },
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const env = childEnvironment(options.env, NETWORK, DOCKER, INSTALLERS);
    const child = spawn(program, args, { ...options, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-KEPT);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-KEPT);
    });
    child.on('error', (error) => resolve({ code: null, output, errors: error.message }));
    child.on('close', (code) => resolve({ code, output, errors }));
  });
}
