import { SERVER_UNVERIFIED, VerifiedClient } from '@trading/database/verified-client';
import { TradingError } from '@trading/model';
import type { Client } from 'pg';
import { redactUrl, serverOf } from './connectionUrl';
import { messageOf, systemCode } from './systemError';

/** The oldest server that the migrations and the role memberships were written for. */
export const MINIMUM_SERVER_VERSION = 15;

/**
 * Runs `work` on a connection of its own and closes it, whatever happens.
 *
 * @throws TradingError `DATABASE.UNAVAILABLE`, `DATABASE.AUTHENTICATION_FAILED`, `DATABASE.MISSING`,
 *   `DATABASE.TOO_MANY_CONNECTIONS`, `DATABASE.SERVER_UNVERIFIED` when there is no connection to be had; what `work` throws otherwise
 */
export async function withConnection<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new VerifiedClient({
    connectionString: url,
    connectionTimeoutMillis: 20_000,
    application_name: 'trading-local',
  });
  // A server that dies in between reports on the query that was running; this event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw explainConnectError(error, url);
  }
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether one can log in with this URL at all. Only a refusal of the login answers false; all else is thrown. */
export async function canLogIn(url: string): Promise<boolean> {
  try {
    await withConnection(url, async () => undefined);
    return true;
  } catch (error) {
    if (error instanceof TradingError && error.code === 'DATABASE.AUTHENTICATION_FAILED') return false;
    throw error;
  }
}

function explainConnectError(error: unknown, url: string): TradingError {
  const { host, port } = serverOf(url);
  const { username, pathname } = new URL(url);
  const details = { url: redactUrl(url), host, port };
  const user = decodeURIComponent(username);
  const database = decodeURIComponent(pathname.slice(1));
  // PgBouncer's own answer to a wrong password.
  const isRefusedByPooler = systemCode(error) === '08P01' && /authentication failed/i.test(messageOf(error));
  switch (isRefusedByPooler ? '28P01' : systemCode(error)) {
    case SERVER_UNVERIFIED:
      return new TradingError('DATABASE.SERVER_UNVERIFIED', messageOf(error), {
        kind: 'operational',
        details,
        cause: error,
      });
    case '28P01':
    case '28000':
      return new TradingError(
        'DATABASE.AUTHENTICATION_FAILED',
        `PostgreSQL at ${host}:${port} refused the login of user "${user}" to database "${database}" (${messageOf(error)}); check user and password in the URL`,
        { kind: 'operational', details, cause: error },
      );
    case '3D000':
      return new TradingError(
        'DATABASE.MISSING',
        `PostgreSQL at ${host}:${port} has no database "${database}"; name one that is there, such as "postgres", and \`trading up\` makes the rest`,
        { kind: 'operational', details, cause: error },
      );
    case '53300':
      return new TradingError(
        'DATABASE.TOO_MANY_CONNECTIONS',
        `PostgreSQL at ${host}:${port} has no connection left; raise max_connections or end some`,
        { kind: 'operational', transient: true, details, cause: error },
      );
    default:
      return new TradingError(
        'DATABASE.UNAVAILABLE',
        `PostgreSQL at ${host}:${port} can't be reached (${messageOf(error)}); is it running, and are host and port right?`,
        { kind: 'operational', transient: true, details, cause: error },
      );
  }
}
