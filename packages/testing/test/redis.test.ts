import { describe, expect, test } from '@jest/globals';
import { stopRedis } from '@trading/local';
import { startTestRedis } from '../src';

describe('a Redis of one’s own', () => {
  test('comes back on the same URL after a kill -9', async () => {
    await using redis = await startTestRedis();
    const before = redis.pid();

    await redis.kill9();
    expect(await stopRedis(redis.url)).toBe(false);
    await redis.start();

    expect(redis.pid()).not.toBe(before);
    expect(await stopRedis(redis.url)).toBe(true);
  });
});
