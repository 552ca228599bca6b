import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findProcess, findRedisProgram, generatePassword, startRedis, stopRedis } from '@trading/local';
import { TradingError } from '@trading/model';
import { reservePort } from './ports';
import { isRedisCommand, redisProgram } from './redisProgram';
import { runFolder } from './testRun';

/** A Redis of a test's own, which it may stop, kill, and start again empty on the same port. */
export interface TestRedis extends AsyncDisposable {
  /** Stays the same over restarts. */
  readonly url: string;
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
  // As if it had been there before.
  const login = `port ${await reservePort()}\nrequirepass ${generatePassword()}\n`;
  writeFileSync(join(folder, 'redis.conf'), login, { mode: 0o600 });
  const launch = async (expectedUrl?: string) => {
    const server = await startRedis({ program, folder, env: process.env });
    if (expectedUrl === undefined || server.url === expectedUrl) return server;
    throw new TradingError('TESTING.PORT_LOST', 'The port of the test Redis was taken; run the test again', {
      kind: 'operational',
      transient: true,
    });
  };
  let { url, pid } = await launch();
  const stop = async () => {
    await stopRedis(folder);
  };
  return {
    url,
    folder,
    pid: () => pid,
    start: async () => {
      ({ url, pid } = await launch(url));
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
