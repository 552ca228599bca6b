import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runFolder } from '@trading/testing';
import { acquireLock } from '../src';
import { spawnTypescript } from './spawnTypescript';

test('many processes that die inside are let through one at a time', async () => {
  const folder = mkdtempSync(join(runFolder(), 'lock-'));
  const ended = await Promise.all(
    Array.from({ length: 6 }, () => spawnTypescript('lockProcess.ts', [folder])),
  );
  expect(ended.map(({ signal, errors }) => ({ signal, errors }))).toEqual(
    ended.map(() => ({ signal: 'SIGKILL', errors: '' })),
  );

  const journal = readFileSync(join(folder, 'journal'), 'utf8').trim().split('\n');
  expect(journal).toHaveLength(6 * 20 * 2);
  const wrong = journal.filter((line, index) => {
    const before = journal[index - 1];
    return index % 2 === 0 ? !line.startsWith('in ') : line !== before?.replace('in', 'out');
  });
  expect(wrong).toEqual([]);

  await using _lock = await acquireLock(join(folder, 'lock'));
  expect(readdirSync(join(folder, 'lock')).filter((name) => /^\d+$/.test(name))).toHaveLength(1);
});

test('who waits too long is told for whom', async () => {
  const folder = mkdtempSync(join(runFolder(), 'lock-'));
  await using _lock = await acquireLock(folder);
  const waitedFor: number[] = [];
  await expect(
    acquireLock(folder, { timeoutMs: 100, onWait: (pid) => waitedFor.push(pid) }),
  ).rejects.toMatchObject({ code: 'LOCAL.BUSY', details: { pid: process.pid } });
  expect(waitedFor).toEqual([process.pid]);
});
