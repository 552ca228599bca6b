import { setTimeout as delay } from 'node:timers/promises';
import { createLocalRuntime } from '../src';

/**
 * `trading up` as a process of its own, which may be told to die at a step. Prints the result as JSON.
 * Arguments: the root, then optionally the step, then how many milliseconds after it.
 */
async function main(root: string, dieAt: string | undefined, afterMs: number): Promise<void> {
  const runtime = createLocalRuntime({
    root,
    progress: ({ step }) => {
      if (step === dieAt) void delay(afterMs).then(die);
      if (step === dieAt && afterMs === 0) die();
    },
  });
  process.stdout.write(JSON.stringify(await runtime.up()));
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

const [root = '', dieAt, afterMs = '0'] = process.argv.slice(2);
void main(root, dieAt, Number(afterMs));
