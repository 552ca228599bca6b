import { TradingError } from '@trading/model';
import { type ClientBase, DatabaseError } from 'pg';
import { VerifiedClient } from '../verifiedClient.cjs';

/** How long one question waits for a session of the pooler: one that has none left hands each session to one client. */
const ANSWER_TIMEOUT_MS = 30_000;
/** Other clients of the pooler may take the session in between, so it is looked at more than once. */
const LOOKS = 5;

/** Whether there is a pooler before the server: it answers with a key of its own, which names no process of the server's. */
export async function isPooled(client: ClientBase): Promise<boolean> {
  const { processID } = client as ClientBase & { readonly processID: number };
  return processID !== (await backendOf(client));
}

/**
 * Refuses a pooler that gives a session to a client for a transaction or a statement only. Session locks, prepared
 * statements and settings would be left behind in sessions of others: reads of consumer groups and ingest fail, and a lock
 * of the bus stays held by nobody.
 *
 * @param first  a connection through the pooler, outside any transaction
 * @param url    to open another one with
 * @throws TradingError `DATABASE.TRANSACTION_POOLING`
 */
export async function requireSessionPooling(first: ClientBase, url: string): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    const mine = await backendOf(first);
    const second = new VerifiedClient({
      connectionString: url,
      connectionTimeoutMillis: ANSWER_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
    });
    second.on('error', () => undefined);
    try {
      await second.connect();
      // In session mode nobody else is given the session while the first client has it.
      if ((await backendOf(second)) !== mine) continue;
    } catch (error) {
      // The pooler has no session left for us, as in session mode with a small pool. What the server says is passed on.
      if (error instanceof DatabaseError) throw error;
      return;
    } finally {
      await second.end().catch(() => undefined);
    }
    throw new TradingError(
      'DATABASE.TRANSACTION_POOLING',
      'the pooler before PostgreSQL (such as PgBouncer) shares sessions between clients; set its pool_mode to session, or connect to the server itself',
      { kind: 'operational' },
    );
  }
}

async function backendOf(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}
