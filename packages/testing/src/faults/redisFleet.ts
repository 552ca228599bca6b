import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { TradingError } from '@trading/model';
import { runFolder } from '../testRun';

/** One redis-server of a fleet. */
export interface RedisNode {
  readonly port: number;
  /** SIGKILL; resolves when it is gone. */
  kill9(): Promise<void>;
}

/**
 * Starts a redis-server with settings of its own, for tests of replication, Sentinel and Cluster; `startTestRedis` is for
 * everything else.
 *
 * @param settings  configuration lines, e.g. `cluster-enabled yes`
 * @param arguments_  further arguments, e.g. `--sentinel`
 * @throws TradingError `TESTING.REDIS_NODE_FAILED` with what it printed
 */
export async function startRedisNode(
  settings: (port: number) => readonly string[],
  arguments_: readonly string[] = [],
): Promise<RedisNode> {
  const port = await freePort();
  const folder = mkdtempSync(join(runFolder(), 'redis-node-'));
  const file = join(folder, 'redis.conf');
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    'save ""',
    'appendonly no',
    ...settings(port),
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const child = spawn('redis-server', [file, ...arguments_], { stdio: ['ignore', 'pipe', 'pipe'] });
  await untilReady(child);
  const end = () => child.kill('SIGKILL');
  // A test that fails on its way leaves none behind.
  process.once('exit', end);
  return {
    port,
    kill9: async () => {
      process.off('exit', end);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      end();
      await gone;
    },
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
      if (/Ready to accept connections|Sentinel ID is|monitor master/.test(printed)) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(
        new TradingError(
          'TESTING.REDIS_NODE_FAILED',
          `redis-server ended with ${code}: ${printed.slice(-2_000)}`,
          {
            kind: 'operational',
          },
        ),
      ),
    );
  });
}

/** A port whose cluster bus port, 10000 above, exists too. */
async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (typeof address === 'object' && address !== null && address.port < 55_000) return address.port;
  }
}
