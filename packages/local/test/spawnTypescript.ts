import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '@trading/testing';

/** How a process ended, and what it printed. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs a TypeScript program of this folder in a process of its own, to its end. */
export function spawnTypescript(
  program: string,
  args: readonly string[],
  options: { uid?: number; gid?: number } = {},
): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [
      ...[
        '--conditions',
        '@trading/source',
        '--require',
        join(repositoryRoot(), 'packages/testing/jest/typescriptProgram.cjs'),
      ],
      ...[join(__dirname, program), ...args],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH }, ...options },
  );
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // Not at `exit`: what it wrote last may come after that.
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, output, errors }));
  });
}
