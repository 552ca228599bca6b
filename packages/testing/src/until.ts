import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { TradingError } from '@trading/model';

/** Long enough for a machine with far more to do than two cores can; what comes is seen, or had, at once. */
export const PATIENCE_MS = 240_000;

/**
 * Asks until the answer is there: anything but undefined and false.
 *
 * @param what  what is waited for
 * @throws TradingError `TESTING.NEVER_CAME_TRUE` after four minutes
 */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined | false> | Answer | undefined | false,
): Promise<Answer> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) {
      throw new TradingError('TESTING.NEVER_CAME_TRUE', `waited ${PATIENCE_MS} ms for: ${what}`, {
        kind: 'bug',
      });
    }
    await delay(5);
  }
}
