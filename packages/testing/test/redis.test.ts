import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { isPortFree, stopRedis } from '@trading/local';
import { startTestRedis } from '../src';
import { createRedisFleet } from '../src/faults';

describe('a Redis of one’s own', () => {
  test('comes back on the same URL after a kill -9', async () => {
    await using redis = await startTestRedis();
    const before = redis.pid();

    await redis.kill9();
    expect(await stopRedis(redis.folder)).toBe(false);
    await redis.start();

    expect(redis.pid()).not.toBe(before);
    expect(await stopRedis(redis.folder)).toBe(true);
  });
});

describe('a fleet', () => {
  test.each([0, 10_000])(
    'takes another port where somebody takes the one %i above it first',
    async (above) => {
      await using fleet = createRedisFleet();
      const taker = createServer();
      const tried: number[] = [];
      const node = await fleet.start((port) => {
        // The look at the port is over, the server is not started yet.
        if (tried.push(port) === 1) taker.listen(port + above, '127.0.0.1');
        return ['cluster-enabled yes'];
      });
      taker.close();
      await once(taker, 'close');

      expect(tried.length).toBeGreaterThan(1);
      expect(tried.at(-1)).toBe(node.port);
      expect(Math.max(...tried)).toBeLessThan(22_768);
    },
  );

  test('ends with the nodes that were still starting when another failed', async () => {
    const fleet = createRedisFleet();
    const ports: number[] = [];
    const good = (port: number) => {
      ports.push(port);
      return [];
    };
    await expect(
      Promise.all([fleet.start(good), fleet.start(() => ['no-such-setting 1']), fleet.start(good)]),
    ).rejects.toMatchObject({
      code: 'TESTING.REDIS_NODE_FAILED',
      message: expect.stringContaining('no-such-setting'),
    });

    await fleet[Symbol.asyncDispose]();
    expect(await Promise.all(ports.map(isPortFree))).not.toContain(false);
  });
});
