/** Which program starts the Redis of a test: another than `redis-server` where the test's file says so. */
export function redisProgram(): string {
  return process.env.TRADING_TEST_REDIS ?? 'redis-server';
}

/** Whether a command line is that of a Redis, whoever's. */
export function isRedisCommand(command: string): boolean {
  return /redis-server|valkey-server/.test(command);
}
