import { setTimeout as delay } from 'node:timers/promises';
import { TradingError } from '@trading/model';

/** Asks until the answer is there. */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined | false>,
  timeoutMs = 90_000,
): Promise<Answer> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() >= deadline)
      throw new TradingError('TESTING.TIMEOUT', `waited ${timeoutMs} ms for ${what}`, { kind: 'bug' });
    await delay(50);
  }
}
