import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPortFree, LOOPBACK } from '@trading/local';
import { TradingError } from '@trading/model';
import { redisProgram } from '../redisProgram';
import { runFolder } from '../testRun';

/** How far above its port a node of a cluster listens for the others. */
const BUS_OFFSET = 10_000;
/** So that the bus port, too, is below every system's range for outgoing connections, which begins at 32,768 or later. */
const FIRST_PORT = 12_768;
const PORT_COUNT = 2_600;
/** Another may take a port between the look at it and the start. */
const ATTEMPTS = 5;

/** One redis-server of a fleet. */
export interface RedisNode {
  readonly port: number;
  /** SIGKILL; resolves when it is gone. */
  kill9(): Promise<void>;
}

/** The nodes of a test: what was started, and what is still starting because another failed, ends with the fleet. */
export interface RedisFleet extends AsyncDisposable {
  /**
   * Starts a redis-server with settings of its own.
   *
   * @param settings  configuration lines, e.g. `cluster-enabled yes`
   * @param arguments_  further arguments, e.g. `--sentinel`
   * @throws TradingError `TESTING.REDIS_NODE_FAILED` with what it printed, `TESTING.NO_FREE_PORT`
   */
  start(settings: NodeSettings, ...arguments_: readonly string[]): Promise<RedisNode>;
}

type NodeSettings = (port: number) => readonly string[];

/** For tests of replication, Sentinel and Cluster; `startTestRedis` is for everything else. */
export function createRedisFleet(): RedisFleet {
  const nodes: Promise<RedisNode>[] = [];
  return {
    start(settings, ...arguments_) {
      const node = startNode(settings, arguments_);
      nodes.push(node);
      return node;
    },
    async [Symbol.asyncDispose]() {
      for (const node of await Promise.allSettled(nodes.splice(0)))
        if (node.status === 'fulfilled') await node.value.kill9();
    },
  };
}

async function startNode(settings: NodeSettings, arguments_: readonly string[]): Promise<RedisNode> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const child = await launch(port, settings(port), arguments_);
    // A test whose process ends on its way leaves none behind.
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    const failure = await untilReady(child);
    if (failure === undefined) return { port, kill9: () => kill9(child, end) };
    process.off('exit', end);
    if (attempt === ATTEMPTS || !failure.includes('Address already in use')) {
      throw new TradingError('TESTING.REDIS_NODE_FAILED', `${redisProgram()} did not get ready: ${failure}`, {
        kind: 'operational',
      });
    }
  }
}

async function launch(
  port: number,
  settings: readonly string[],
  arguments_: readonly string[],
): Promise<ChildProcess> {
  const folder = mkdtempSync(join(runFolder(), 'redis-node-'));
  const file = join(folder, 'redis.conf');
  const lines = [
    `port ${port}`,
    `bind ${LOOPBACK}`,
    `dir ${folder}`,
    'save ""',
    'appendonly no',
    ...settings,
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  return spawn(redisProgram(), [file, ...arguments_], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function kill9(child: ChildProcess, end: () => boolean): Promise<void> {
  process.off('exit', end);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  end();
  await gone;
}

/** Undefined when the node is ready; what it printed where it ended instead. */
function untilReady(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    let printed = '';
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
      if (/Ready to accept connections|Sentinel ID is|monitor master/.test(printed)) resolve(undefined);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', ({ message }) => resolve(message));
    // Not at `exit`: what it printed last may come after that.
    child.once('close', (code) => resolve(`exit code ${code}: ${printed.slice(-2_000)}`));
  });
}

/** A port that nobody listens on, nor on the cluster bus port that goes with it. */
async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = FIRST_PORT + randomInt(PORT_COUNT);
    if ((await isPortFree(port)) && (await isPortFree(port + BUS_OFFSET))) return port;
  }
  throw new TradingError(
    'TESTING.NO_FREE_PORT',
    `No port between ${FIRST_PORT} and ${FIRST_PORT + PORT_COUNT - 1} is free on ${LOOPBACK} together with the one ${BUS_OFFSET} above it`,
    { kind: 'operational', transient: true },
  );
}
