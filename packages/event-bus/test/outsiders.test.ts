import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { transformFileSync } from '@swc/core';
import { inTransaction } from '@trading/database';
import { repositoryRoot, startTestRedis, type TestRedis, until } from '@trading/testing';
import { connectRedis, createPublisher, createRelay, type RedisConnection, type Relay } from '../src';
import { type BusHarness, createBusHarness } from './busHarness';
import { order } from './events';
import { ready } from './ready';

let harness: BusHarness;
let server: TestRedis;
let redis: RedisConnection;
let relay: Relay;
let program: ChildProcess | undefined;
const publisher = createPublisher({ service: 'execution' });
const examples = join(repositoryRoot(), 'docs/examples');

beforeAll(async () => {
  harness = await createBusHarness();
  server = await startTestRedis();
  redis = connectRedis(server.url);
  await ready(redis);
  relay = createRelay({ pool: harness.pool('event_bus'), redis, pollMs: 20 });
  relay.start();
});

afterEach(() => {
  program?.kill('SIGKILL');
  program = undefined;
});

afterAll(async () => {
  await relay[Symbol.asyncDispose]();
  redis.disconnect();
  await server[Symbol.asyncDispose]();
  await harness[Symbol.asyncDispose]();
});

/** Runs a program with the test's Redis, and collects the lines that it prints. */
function run(command: string, args: string[]): string[] {
  const { hostname, port, password } = new URL(server.url);
  const login = password === '' ? {} : { REDIS_PASSWORD: decodeURIComponent(password) };
  program = spawn(command, args, {
    cwd: join(repositoryRoot(), 'packages/event-bus'),
    env: { PATH: process.env.PATH, REDIS_URL: server.url, REDIS_HOST: hostname, REDIS_PORT: port, ...login },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const { stdout } = program;
  if (stdout !== null) createInterface({ input: stdout }).on('line', (line) => lines.push(line));
  return lines;
}

async function publishOrder(orderId: string) {
  return inTransaction(harness.pool('execution'), (tx) =>
    publisher.publish(tx, 'order_updated', order(orderId)),
  );
}

test('the TypeScript example hears announcements, and reads the stream from its beginning', async () => {
  const before = await publishOrder('O-1');
  await until('the stream has it', async () => relay.figures().relayed > 0);
  const { code } = transformFileSync(join(examples, 'listen.ts'), {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  const lines = run(process.execPath, ['-e', code]);
  await until('it listens', () => lines.includes('ready'));
  const after = await publishOrder('O-2');
  await until('it has both', () => lines.length >= 4);

  expect(lines).toContain(
    `heard data_sync:order_updated ${after.id} execution ${after.key} ${after.occurredAt.toISOString()}`,
  );
  expect(lines.filter((line) => line.startsWith('read ')).map((line) => line.split(' ').slice(2))).toEqual([
    [before.id, 'submitted'],
    [after.id, 'submitted'],
  ]);
});

test('the Python example hears announcements', async () => {
  const lines = run('python3', [join(examples, 'listen.py')]);
  await until('it listens', () => lines.includes('ready'));
  const event = await publishOrder('O-3');
  await until('it has heard', () => lines.length >= 2);

  expect(lines).toEqual([
    'ready',
    `heard data_sync:order_updated ${event.id} execution ${event.key} ${event.occurredAt.toISOString()}`,
  ]);
});
