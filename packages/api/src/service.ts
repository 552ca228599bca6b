import type { AddressInfo } from 'node:net';
import { poolSql, type ServicePool } from '@trading/database';
import { TradingError } from '@trading/model';
import type { TradingSystem } from '@trading/system';
import { isLoopback } from './access/hostCheck';
import { createKeys, type Keys } from './access/keys';
import { createSessions } from './access/sessions';
import { type BacktestRunner, createBacktests } from './backtests/backtests';
import type { SystemFacts } from './routes/tools';
import { buildServer } from './server/buildServer';

/** What the API is made of. */
export interface ApiOptions {
  /** Its services do what changes something; the API's own pool reads published views. */
  readonly system: TradingSystem;
  readonly runBacktest: BacktestRunner;
  readonly facts: () => Promise<SystemFacts>;
  /** The dashboard's built files; / says where they are missing. */
  readonly pages?: string | undefined;
  /** Requests that one key may make a minute. 6,000. */
  readonly requestsPerMinute?: number;
  readonly onWarning: (message: string) => void;
}

/** Where a server listens. */
export interface ListenOptions {
  /** Default 127.0.0.1. Another needs `tls` or `proxy`. */
  readonly host?: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Names that it is reached by, besides those of loopback. */
  readonly names?: readonly string[];
  /** Certificate and key, PEM. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Address of the proxy in front, which does TLS and whose X-Forwarded-For is believed. */
  readonly proxy?: string | undefined;
}

/** An API server that listens. */
export interface ApiServer extends AsyncDisposable {
  /** With scheme and port, without a slash at the end. */
  readonly url: string;
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';
const REQUESTS_PER_MINUTE = 6_000;

/**
 * Serves the API, and the dashboard where it was built.
 *
 * @throws TradingError `API.INSECURE_ADDRESS` for an address other than loopback without TLS or a named proxy, `API.PORT_TAKEN`
 */
export async function serveApi(options: ApiOptions, listen: ListenOptions): Promise<ApiServer> {
  const { host = LOOPBACK, tls, proxy } = listen;
  if (!isLoopback(host) && tls === undefined && proxy === undefined) {
    throw new TradingError(
      'API.INSECURE_ADDRESS',
      `host is ${host}, where keys would cross the network in the clear: give a certificate, or name the proxy that does TLS in front`,
      { details: { field: 'host', value: host } },
    );
  }
  const sql = poolSql(options.system.pools.api);
  const keys = createKeys(sql);
  const backtests = createBacktests(options.runBacktest);
  const app = await buildServer(
    {
      sql,
      system: options.system,
      keys,
      sessions: createSessions(sql, keys),
      backtests,
      facts: options.facts,
      secure: tls !== undefined || proxy !== undefined,
    },
    {
      names: listen.names ?? [],
      tls,
      proxy,
      requestsPerMinute: options.requestsPerMinute ?? REQUESTS_PER_MINUTE,
      pages: options.pages,
      onWarning: options.onWarning,
    },
  );
  try {
    await app.listen({ host, port: listen.port });
  } catch (error) {
    await app.close();
    throw new TradingError(
      'API.PORT_TAKEN',
      `port ${listen.port} can't be used: ${(error as Error).message}`,
      {
        kind: 'operational',
        cause: error,
      },
    );
  }
  const { port } = app.server.address() as AddressInfo;
  const name = listen.names?.[0] ?? host;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${name}:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      await backtests.close();
      await app.close();
    },
  };
}

/** Keys and login links, for the command. */
export interface ApiAccess {
  readonly keys: Keys;
  /** The path and fragment of a login link: the code stands in the fragment, which is sent to no server. */
  loginPath(by: string): Promise<string>;
}

/** Opens what the command makes keys and links with. @param pool  the API's own */
export function createApiAccess(pool: ServicePool): ApiAccess {
  const sql = poolSql(pool);
  const keys = createKeys(sql);
  const sessions = createSessions(sql, keys);
  return { keys, loginPath: async (by) => `/login#code=${await sessions.makeCode(by)}` };
}
