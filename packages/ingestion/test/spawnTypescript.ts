import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { repositoryRoot } from '@trading/testing';

/** Runs a TypeScript program of this folder in a process of its own. */
export function spawnTypescript(
  program: string,
  ...args: readonly string[]
): ChildProcessByStdio<null, Readable, null> {
  return spawn(
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
    { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH } },
  );
}
