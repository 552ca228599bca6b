import type { EventSource, SourceOptions } from '../eventSource';
import { GroupSource } from '../source/groupSource';
import type { WakeUp } from '../wakeUp';
import { connectRedis, type RedisConnection } from './connect';
import { busKeys } from './keys';
import { readScript } from './scripts';
import { readStreams } from './streamReader';

/** How a process reaches the streams. */
export interface RedisTransportOptions {
  /** See `connectRedis`. */
  readonly url: string;
  readonly prefix?: string;
  /** After so long with nothing new from the streams, consumers ask the log itself, ms. 2000. */
  readonly auditMs?: number;
}

/** One process's share in Redis: all its consumers use the same two connections. */
export interface RedisTransport {
  /** For `createConsumer`: events come from the streams, from the log while Redis has lost them or is away. */
  readonly source: (options: SourceOptions) => EventSource;
  /** For `createConsumer`: wakes it when the relay has moved. */
  readonly wakeUp: WakeUp;
  readonly connection: RedisConnection;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens the transport. It does not wait for Redis: consumers begin with the log.
 *
 * @throws TradingError `REDIS.URL_INVALID`
 */
export function createRedisTransport({
  url,
  prefix,
  auditMs = 2_000,
}: RedisTransportOptions): RedisTransport {
  const keys = busKeys(prefix);
  const connection = connectRedis(url);
  // A subscription is made again after a loss, and must wait for the connection to come.
  const subscriber = connectRedis(url, { enableOfflineQueue: true, maxRetriesPerRequest: null });
  const readAll = readScript(connection);
  const callbacks = new Set<() => void>();
  const wakeAll = () => {
    for (const callback of callbacks) callback();
  };
  subscriber.on('message', wakeAll);
  // It fails only when it is closed before it got through.
  subscriber.subscribe(keys.wake).catch(() => {});
  const close = async () => {
    callbacks.clear();
    subscriber.disconnect();
    connection.disconnect();
  };
  return {
    connection,
    source: (options) =>
      new GroupSource(options, {
        read: (types, after, limit) => readStreams(readAll, keys, types, after, limit),
        auditMs,
      }),
    wakeUp: {
      signal: wakeAll,
      onWake(callback) {
        callbacks.add(callback);
        return () => void callbacks.delete(callback);
      },
      async [Symbol.asyncDispose]() {
        callbacks.clear();
      },
    },
    [Symbol.asyncDispose]: close,
  };
}
