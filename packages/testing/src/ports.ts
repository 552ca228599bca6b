import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isPortFree, systemCode } from '@trading/local';
import { runFolder } from './testRun';

/** Above those that `trading up` takes, and below every system's range for outgoing connections. */
const FIRST_PORT = 25_500;
const PORT_COUNT = 7_200;

/** A loopback port for a server that comes back to it after it was down: no other test of this run gets it. */
export async function reservePort(): Promise<number> {
  const taken = join(runFolder(), 'ports');
  mkdirSync(taken, { recursive: true });
  for (;;) {
    const port = FIRST_PORT + randomInt(PORT_COUNT);
    if (isFirstToMake(join(taken, String(port))) && (await isPortFree(port))) return port;
  }
}

function isFirstToMake(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}
