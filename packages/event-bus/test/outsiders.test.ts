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
import { keysOf } from './relaySuite';

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
  redis = connectRedis(server.urls.relay);
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

/** Runs a program with the listener's login, and collects the lines that it prints. */
function run(command: string, args: string[]): string[] {
  program = spawn(command, args, {
    cwd: join(repositoryRoot(), 'packages/event-bus'),
    env: { PATH: process.env.PATH, REDIS_URL: server.urls.listener },
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

test('the listener may read and listen, and nothing else; the relay has its own keys and channels only', async () => {
  const { owner, relay: fence, stream } = await keysOf(harness);
  const orders = stream('order_updated');
  await publishOrder('O-4');
  const listener = connectRedis(server.urls.listener);
  const nobody = connectRedis(server.url.replace(/\/\/.*@/, '//'));
  const refusals: string[] = [];
  nobody.on('error', ({ message }: Error) => refusals.push(message));
  const answer = (connection: RedisConnection, command: string) => {
    const [name = '', ...words] = command.split(' ');
    return connection.call(name, ...words).then(
      () => 'answered',
      (error: Error) => error.message.split(' ')[0],
    );
  };
  const answers = async (connection: RedisConnection, commands: readonly string[]) =>
    Object.fromEntries(
      await Promise.all(commands.map(async (command) => [command, await answer(connection, command)])),
    );
  const all = (commands: readonly string[], said: string) =>
    Object.fromEntries(commands.map((command) => [command, said]));
  const reads = [
    'PING',
    'CLIENT SETNAME desk',
    `GET ${owner}`,
    `XRANGE ${orders} - + COUNT 1`,
    `XREAD COUNT 1 STREAMS ${orders} 0`,
    `XINFO STREAM ${orders}`,
    `XLEN ${orders}`,
  ];
  const writes = [
    `XADD ${orders} * event {}`,
    `XTRIM ${orders} MAXLEN 0`,
    `XGROUP CREATE ${orders} desk 0`,
    `HSET ${fence} checkpoint 1-1`,
    `SET ${owner} me`,
    `DEL ${orders}`,
    `UNLINK ${orders}`,
    'PUBLISH data_sync:order_updated {}',
    `EVAL return(redis.call('DEL',KEYS[1])) 1 ${orders}`,
    'SUBSCRIBE elsewhere',
  ];
  const administers = [
    'FLUSHALL',
    'FLUSHDB',
    'CONFIG GET requirepass',
    'ACL LIST',
    'KEYS *',
    'MONITOR',
    'CLIENT LIST',
    'CLIENT KILL TYPE normal',
    'SHUTDOWN NOSAVE',
    'GET elsewhere',
  ];
  const elsewhere = ['SET elsewhere 1', 'PUBLISH elsewhere {}', "EVAL return(redis.call('FLUSHALL')) 0"];
  try {
    await Promise.all([ready(listener), until('the stream is there', () => relay.figures().relayed > 0)]);
    await until('who has no login is refused', () => refusals.some((said) => said.startsWith('NOAUTH')));

    expect(await answers(listener, reads)).toEqual(all(reads, 'answered'));
    expect(await answers(listener, [...writes, ...administers])).toEqual(
      all([...writes, ...administers], 'NOPERM'),
    );
    expect(await answers(redis, administers)).toEqual(all(administers, 'NOPERM'));
    expect(Object.values(await answers(redis, elsewhere))).not.toContain('answered');
    expect(await answer(listener, 'PSUBSCRIBE data_sync:*')).toBe('answered');
  } finally {
    listener.disconnect();
    nobody.disconnect();
  }
});
