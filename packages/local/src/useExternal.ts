import { TradingError } from '@trading/model';
import { withConnection } from './adminConnection';
import {
  type Connection,
  credentialsOf,
  isSameServer,
  readConnection,
  readSetAside,
  writeConnection,
} from './connection';
import { parseDatabaseUrl } from './connectionUrl';
import type { Context } from './context';
import { generateCredentials } from './credentials';
import { connectionFor } from './startLocal';

/**
 * Points the system at a server that somebody else runs. The server must answer before anything is written down; passwords
 * that are known from an earlier time are kept.
 *
 * @throws TradingError `LOCAL.URL_INVALID` and those of {@link withConnection}
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
  await withConnection(databaseUrl, async () => undefined);
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
    redisUrl: current?.redisUrl,
    redisManaged: current?.redisManaged,
  };
  await writeConnection(context.layout, connection);
  return connection;
}

function forgetDamaged(error: unknown): undefined {
  if (error instanceof TradingError && error.code === 'LOCAL.CONNECTION_UNREADABLE') return undefined;
  throw error;
}
