import { type RedisConnection, whenReady } from '../src';

/** Waits for Redis as long as a test waits for anything. */
export const ready = (connection: RedisConnection): Promise<void> => whenReady(connection, 90_000);
