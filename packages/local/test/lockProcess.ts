import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { acquireLock } from '../src';

/** Enters the lock many times over, noting each entry and each exit, and at last dies inside. Argument: the folder. */
async function main(folder: string): Promise<void> {
  const note = (what: string) => appendFileSync(join(folder, 'journal'), `${what} ${process.pid}\n`);
  for (let round = 0; round < 20; round += 1) {
    const lock = await acquireLock(join(folder, 'lock'));
    note('in');
    await delay(1);
    note('out');
    if (round === 19) process.kill(process.pid, 'SIGKILL');
    await lock.release();
  }
}

void main(process.argv[2] ?? '');
