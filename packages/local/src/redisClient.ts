import { TradingError } from '@trading/model';
import type { Redis } from 'ioredis';
import { redactUrl, redisServers, serverOf } from './connectionUrl';
import { messageOf } from './systemError';

/** What a Redis says about itself. */
export interface RedisFacts {
  readonly version: string;
  readonly pid: number;
}

/** Users who may only read keys are known from this version on. */
export const MINIMUM_REDIS_VERSION = 7;

/**
 * Pings the server and asks who it is; of a Cluster's nodes, or of several Sentinels, the first that answers.
 *
 * @throws TradingError `REDIS.UNAVAILABLE`, `REDIS.URL_INVALID`
 */
export async function readRedisFacts(url: string): Promise<RedisFacts> {
  const [first, ...others] = redisServers(url);
  let facts = askServer(first);
  for (const other of others) facts = facts.catch(() => askServer(other));
  return facts;
}

function askServer(url: string): Promise<RedisFacts> {
  return withRedis(url, async (redis) => {
    await redis.ping();
    const info = await redis.info('server');
    return {
      version: /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'unknown',
      pid: Number(/^process_id:(\d+)/m.exec(info)?.[1] ?? 0),
    };
  });
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  // Loaded here, because most programs run without Redis.
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 20_000,
    commandTimeout: 20_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableOfflineQueue: false,
    // Of a connection that the server closed first, the timer of this length is never cleared and holds the process up.
    disconnectTimeout: 50,
  });
  // The command that was under way reports the failure; without a listener it would be printed as well.
  let cause: unknown;
  redis.on('error', (error) => {
    cause = error;
  });
  try {
    await redis.connect();
    return await work(redis);
  } catch (error) {
    const { host, port } = serverOf(url, 6379);
    throw new TradingError(
      'REDIS.UNAVAILABLE',
      `Redis at ${host}:${port} can't be used (${messageOf(cause ?? error)}); is it running, and is the URL right?`,
      { kind: 'operational', transient: true, details: { url: redactUrl(url) }, cause: cause ?? error },
    );
  } finally {
    redis.disconnect();
  }
}
