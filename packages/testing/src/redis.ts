import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  findProcess,
  findRedisProgram,
  generatePassword,
  type RedisUrls,
  startRedis,
  stopRedis,
} from '@trading/local';
import { TradingError } from '@trading/model';
import { reservePort } from './ports';
import { isRedisCommand, redisProgram } from './redisProgram';
import { runFolder } from './testRun';

/** A Redis of a test's own, which it may stop, kill, and start again empty on the same port. */
export interface TestRedis extends AsyncDisposable {
  /** Of a user who may do everything. The URLs stay the same over restarts. */
  readonly url: string;
  /** Of the users that a Redis of ours has. */
  readonly urls: RedisUrls;
  /** Its settings and its log. */
  readonly folder: string;
  pid(): number;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL; returns when the process is gone. */
  kill9(): Promise<void>;
}

/**
 * Starts a real redis-server, or the program that `redisProgram` names. A test that needs one fails without it: to be skipped would look like success.
 *
 * @throws TradingError `TESTING.NO_REDIS`, `TESTING.PORT_LOST`
 */
export async function startTestRedis(): Promise<TestRedis> {
  const name = redisProgram();
  const program = await findRedisProgram(process.env.PATH ?? '', [name]);
  if (program === undefined) {
    throw new TradingError(
      'TESTING.NO_REDIS',
      `${name} is not installed; install it (Debian and Ubuntu: apt-get install ${name}; macOS: brew install ${name.replace('-server', '')}) so that the tests of the Redis transport can run`,
      { kind: 'operational' },
    );
  }
  const folder = mkdtempSync(join(runFolder(), 'redis-'));
  const port = await reservePort();
  // As if it had been there before.
  writeFileSync(join(folder, 'redis.conf'), `port ${port}\n`, { mode: 0o600 });
  const password = generatePassword();
  const settings = [`user tester on >${password} ~* &* +@all`];
  const launch = async (expected?: RedisUrls) => {
    const server = await startRedis({ program, folder, env: process.env, settings });
    if (expected === undefined || server.urls.relay === expected.relay) return server;
    throw new TradingError('TESTING.PORT_LOST', 'The port of the test Redis was taken; run the test again', {
      kind: 'operational',
      transient: true,
    });
  };
  let { urls, pid } = await launch();
  const stop = async () => {
    await stopRedis(folder);
  };
  return {
    url: `redis://tester:${password}@127.0.0.1:${new URL(urls.relay).port}/0`,
    urls,
    folder,
    pid: () => pid,
    start: async () => {
      ({ urls, pid } = await launch(urls));
    },
    stop,
    kill9: async () => {
      if (!isRedisCommand(findProcess(pid)?.command ?? '')) return;
      process.kill(pid, 'SIGKILL');
      while (findProcess(pid) !== undefined) await delay(5);
    },
    [Symbol.asyncDispose]: stop,
  };
}
