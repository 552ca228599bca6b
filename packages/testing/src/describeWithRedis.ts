import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from '@jest/globals';

/** Whether there is a `redis-server` on PATH for {@link startTestRedis} to start. */
export function isRedisInstalled(): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'redis-server'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * `describe` for tests that need a Redis. Where none is installed they are reported as skipped, with the reason in their
 * name, so that the project can be tested without one; with TRADING_REQUIRE_REDIS=1, as in CI, they fail instead.
 */
export function describeWithRedis(name: string, tests: () => void): void {
  if (isRedisInstalled() || process.env.TRADING_REQUIRE_REDIS === '1') describe(name, tests);
  else describe.skip(`${name} (skipped: redis-server is not installed)`, tests);
}
