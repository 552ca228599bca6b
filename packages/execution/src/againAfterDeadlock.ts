import { isTradingError } from '@trading/model';

/** Times that work is done again: who comes back waits for the one that was let on, so that more is rarely needed. */
const AGAIN = 2;

/**
 * Does work that is a transaction of its own, and does it again where PostgreSQL ended it because it and another waited for
 * each other: nothing of it was kept.
 */
export async function againAfterDeadlock<T>(work: () => Promise<T>): Promise<T> {
  for (let left = AGAIN; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left === 0 || !isTradingError(error, 'DATABASE.DEADLOCK')) throw error;
    }
  }
}
