import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { UpResult } from '../src';

/** How a spawned `up` ended: by itself with a result, or killed. */
export interface SpawnedUp {
  readonly signal: NodeJS.Signals | null;
  readonly exitCode: number | null;
  readonly result: UpResult | undefined;
  readonly errors: string;
}

/** Runs `up` in a process of its own. */
export function spawnUp(
  root: string,
  options: { dieAt?: string; afterMs?: number; uid?: number; gid?: number } = {},
): Promise<SpawnedUp> {
  const { dieAt, afterMs = 0, ...account } = options;
  const child: ChildProcess = spawn(
    process.execPath,
    [
      ...['--conditions', '@trading/source', '--require', join(__dirname, 'runTypescript.cjs')],
      ...[join(__dirname, 'upProcess.ts'), root],
      ...(dieAt === undefined ? [] : [dieAt, String(afterMs)]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH }, ...account },
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
    child.once('exit', (exitCode, signal) => {
      const result = exitCode === 0 ? (JSON.parse(output) as UpResult) : undefined;
      resolve({ exitCode, signal, result, errors });
    });
  });
}
