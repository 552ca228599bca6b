import { isPooled, requireSessionPooling } from '@trading/database';
import { TradingError } from '@trading/model';
import { withConnection } from './adminConnection';
import {
  type Connection,
  credentialsOf,
  isSameServer,
  readConnection,
  readSetAside,
  redisOf,
  setAsideConnection,
} from './connection';
import { parseDatabaseUrl } from './connectionUrl';
import type { Context } from './context';
import { generateCredentials } from './credentials';
import { LOOPBACK } from './ports';
import { connectionFor } from './startLocal';

/**
 * The connection to a server that somebody else runs, once that server has answered. Passwords that are known from an
 * earlier time are kept, new ones written down; it becomes the connection in use when the server has been provisioned.
 *
 * @throws TradingError `LOCAL.URL_INVALID`, `DATABASE.TRANSACTION_POOLING` and those of {@link withConnection}
 */
export async function useExternal(
  context: Context,
  databaseUrl: string,
  prefectPassword: string | undefined,
): Promise<Connection> {
  parseDatabaseUrl(databaseUrl);
  context.progress({
    step: 'postgres.connect',
    message: 'Connecting to the PostgreSQL server that was given',
  });
  await withConnection(databaseUrl, async (client) => {
    if (await isPooled(client)) await requireSessionPooling(client, databaseUrl);
  });
  const current = await readConnection(context.layout).catch(forgetDamaged);
  const setAside = await readSetAside(context.layout, 'external').catch(forgetDamaged);
  const known = [current, setAside].find(
    (candidate) => candidate?.mode === 'external' && isSameServer(candidate, databaseUrl),
  );
  const credentials = known === undefined ? generateCredentials() : credentialsOf(known);
  const connection: Connection = {
    ...connectionFor('external', databaseUrl, {
      ...credentials,
      ...(prefectPassword === undefined ? {} : { prefect: prefectPassword }),
    }),
    // A Redis of one's own stays in use; the one that `up` started goes with the embedded server.
    ...(current === undefined ? {} : redisOf(current)),
  };
  await setAsideConnection(context.layout, connection);
  return connection;
}

/**
 * Whether the URL leads to the embedded server of this repository, as it does when it was copied from `status`: with one
 * of its logins, or with another that is none of them.
 */
export async function findOwnServer(
  context: Context,
  databaseUrl: string,
): Promise<'own login' | 'other login' | undefined> {
  const current = await readConnection(context.layout).catch(forgetDamaged);
  const setAside = await readSetAside(context.layout, 'local').catch(forgetDamaged);
  const named = parseDatabaseUrl(databaseUrl);
  if (named.hostname === 'localhost') named.hostname = LOOPBACK;
  const own = [current, setAside].find((known) => known?.mode === 'local' && isSameServer(known, named.href));
  if (own === undefined) return undefined;
  const urls = [own.adminUrl, own.ownerUrl, own.prefectUrl, ...Object.values(own.services)];
  return urls.some((url) => isSameLogin(new URL(url), named)) ? 'own login' : 'other login';
}

function isSameLogin(one: URL, other: URL): boolean {
  return one.username === other.username && one.password === other.password;
}

function forgetDamaged(error: unknown): undefined {
  if (error instanceof TradingError && error.code === 'LOCAL.CONNECTION_UNREADABLE') return undefined;
  throw error;
}
