import { TradingError } from '@trading/model';
import type { Cluster, Redis, RedisOptions } from 'ioredis';

/** A connection to one Redis, to the master that Sentinels name, or to a Cluster. */
export type RedisConnection = Redis | Cluster;

const FORMS =
  'redis://:password@host:6379/0, rediss:// for TLS, redis+sentinel://host:26379,host:26379/master-name, redis+cluster://host:7000,host:7001';

/** The settings of a connection that the bus cares about. */
type ConnectionSettings = Pick<
  RedisOptions,
  | 'autoResendUnfulfilledCommands'
  | 'maxRetriesPerRequest'
  | 'enableOfflineQueue'
  | 'connectTimeout'
  | 'keepAlive'
  | 'retryStrategy'
  | 'username'
  | 'password'
  | 'tls'
>;

/** What every connection of the bus has in common. */
const OPTIONS: ConnectionSettings = {
  // A command that was under way when a connection broke is not sent again: its sender looks where things stand first,
  // because the server that comes back may have lost everything.
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  connectTimeout: 5_000,
  keepAlive: 10_000,
  retryStrategy: (attempt) => Math.min(1_000, 20 * 2 ** Math.min(attempt, 6)),
};

/**
 * Connects by URL; the scheme says what is there. `rediss`, `rediss+sentinel` and `rediss+cluster` use TLS. The connection
 * comes back by itself after a loss; commands meanwhile fail at once.
 *
 * @throws TradingError `REDIS.URL_INVALID`
 */
export function connectRedis(url: string, overrides: ConnectionSettings = {}): RedisConnection {
  const parts = /^(rediss?)(\+sentinel|\+cluster)?:\/\/([^?]+)$/.exec(url);
  const [, scheme, kind, rest = ''] = parts ?? [];
  const [authority = '', path = '', ...tooMany] = rest.split('/');
  const at = authority.indexOf('@');
  const login = authority.slice(0, Math.max(0, at));
  const hosts = authority.slice(at + 1);
  if (parts === null || hosts === '' || tooMany.length > 0) {
    throw new TradingError('REDIS.URL_INVALID', `The Redis URL has none of the forms ${FORMS}`);
  }
  const nodes = hosts.split(',').map((host) => nodeOf(host, kind === '+sentinel' ? 26_379 : 6_379));
  const options: ConnectionSettings = {
    ...OPTIONS,
    ...credentials(login),
    ...(scheme === 'rediss' ? { tls: {} } : {}),
    ...overrides,
  };
  const connection = open(kind, nodes, path, options);
  // Each command reports its own failure; without a listener every attempt to reconnect would be printed.
  connection.on('error', () => {});
  return connection;
}

interface Node {
  readonly host: string;
  readonly port: number;
}

function open(
  kind: string | undefined,
  nodes: Node[],
  path: string,
  options: ConnectionSettings,
): RedisConnection {
  // Loaded here, because most programs run without Redis.
  const { Cluster, Redis }: typeof import('ioredis') = require('ioredis');
  if (kind === '+cluster') {
    return new Cluster(nodes, {
      redisOptions: options,
      enableOfflineQueue: false,
      clusterRetryStrategy: (attempt) => Math.min(1_000, 50 * attempt),
    });
  }
  if (kind === '+sentinel') {
    // Without these two, TLS is left out of what passes through Sentinel mode.
    const encrypted =
      options.tls === undefined ? {} : { sentinelTLS: options.tls, enableTLSForSentinelMode: true };
    return new Redis({ ...options, ...encrypted, sentinels: nodes, name: path === '' ? 'mymaster' : path });
  }
  const [node, ...others] = nodes;
  if (node === undefined || others.length > 0 || !/^\d*$/.test(path)) {
    throw new TradingError('REDIS.URL_INVALID', `The Redis URL has none of the forms ${FORMS}`);
  }
  return new Redis({ ...options, ...node, db: Number(path) });
}

function nodeOf(host: string, defaultPort: number): Node {
  const { hostname, port } = new URL(`redis://${host}`);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? defaultPort : Number(port) };
}

function credentials(login: string): ConnectionSettings {
  const [username = '', password] = login.split(':').map(decodeURIComponent);
  return {
    ...(username === '' ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}

/** Resolves when the connection can be used; rejects where it can't within `timeoutMs`. */
export async function whenReady(connection: RedisConnection, timeoutMs = 5_000): Promise<void> {
  if (connection.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    const ready = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      connection.off('ready', ready);
      reject(
        new TradingError('REDIS.UNAVAILABLE', `Redis did not answer within ${timeoutMs} ms`, {
          kind: 'operational',
          transient: true,
        }),
      );
    }, timeoutMs);
    connection.once('ready', ready);
  });
}
