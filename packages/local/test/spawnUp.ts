import type { UpResult } from '../src';
import { type Ended, spawnTypescript } from './spawnTypescript';

/** How a spawned `up` ended: by itself with a result, or killed. */
export interface SpawnedUp extends Ended {
  readonly result: UpResult | undefined;
}

/** Runs `up` in a process of its own, which may be told to die some time after a step. */
export async function spawnUp(
  root: string,
  options: { dieAt?: string; afterMs?: number; uid?: number; gid?: number } = {},
): Promise<SpawnedUp> {
  const { dieAt, afterMs = 0, ...account } = options;
  const death = dieAt === undefined ? [] : [dieAt, String(afterMs)];
  const ended = await spawnTypescript('upProcess.ts', [root, ...death], account);
  return { ...ended, result: ended.exitCode === 0 ? (JSON.parse(ended.output) as UpResult) : undefined };
}
