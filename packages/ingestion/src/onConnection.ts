import { normalizeError } from '@trading/database';
import type { Pool, PoolClient } from 'pg';

/**
 * Runs `work` on one connection of the pool, which goes back when it has ended. A connection that was lost meanwhile, or
 * that `work` gave up with `discard`, is closed instead: the server gives back whatever it held.
 *
 * @throws TradingError `DATABASE.*` when there is no connection to be had, or whatever `work` throws
 */
export async function onConnection<T>(
  pool: Pool,
  work: (client: PoolClient, discard: (reason: Error) => void) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw normalizeError(error);
  });
  let broken: Error | undefined;
  // Between two statements nobody else listens, and an 'error' without a listener ends the process. The next statement
  // on the connection reports the loss.
  const discard = (reason: Error) => {
    broken ??= reason;
  };
  client.on('error', discard);
  try {
    return await work(client, discard);
  } finally {
    client.off('error', discard);
    client.release(broken);
  }
}
