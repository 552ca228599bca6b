import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { repositoryRoot, runFolder, until } from '@trading/testing';
import { createRedisFleet, type RedisNode } from '@trading/testing/faults';
import { connectRedis } from '../src';
import { type BusHarness, createBusHarness } from './busHarness';
import type { LoginReport, LoginSettings } from './faults/loginProgram';
import { joinCluster } from './redisCluster';

let harness: BusHarness;
const servers = createRedisFleet();
let plain: RedisNode;
let encrypted: RedisNode;
let certificate: string;
let encryption: (port: number) => string[];
let program: ChildProcess | undefined;

const PASSWORD = 's3cret/@:';
const LOGIN = `desk:${encodeURIComponent(PASSWORD)}`;
const USERS = ['user default off', `user desk on >${PASSWORD} ~* &* +@all`];

beforeAll(async () => {
  harness = await createBusHarness();
  const folder = mkdtempSync(join(runFolder(), 'tls-'));
  const key = join(folder, 'key.pem');
  certificate = join(folder, 'certificate.pem');
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...['-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
    ],
    { stdio: 'ignore' },
  );
  encryption = (port) => [
    'port 0',
    `tls-port ${port}`,
    `tls-cert-file ${certificate}`,
    `tls-key-file ${key}`,
    `tls-ca-cert-file ${certificate}`,
    'tls-auth-clients no',
    'tls-replication yes',
  ];
  plain = await servers.start(() => USERS);
  encrypted = await servers.start((port) => [...encryption(port), ...USERS]);
});

beforeEach(() => harness.clear());

afterEach(() => {
  program?.kill('SIGKILL');
  program = undefined;
});

afterAll(async () => {
  await servers[Symbol.asyncDispose]();
  await harness?.[Symbol.asyncDispose]();
});

/** What a connection is told until something of it matches. Others may come first: a look that took too long. */
async function refusalOf(url: string, pattern: RegExp): Promise<string> {
  const connection = connectRedis(url);
  const heard: string[] = [];
  const hear = (error: Error & { code?: string }) => heard.push(`${error.code ?? ''} ${error.message}`);
  connection.on('error', hear);
  try {
    return await until(`a refusal that matches ${pattern}`, async () => {
      if (connection.status === 'ready') await connection.ping().catch(hear);
      return heard.find((message) => pattern.test(message));
    });
  } finally {
    connection.disconnect();
  }
}

/** Runs a relay in a process of its own, and collects what it reports. */
function runRelay(redisUrl: string, env: NodeJS.ProcessEnv = {}): LoginReport[] {
  const settings: LoginSettings = {
    busUrl: harness.database.serviceUrl('event_bus'),
    redisUrl,
  };
  const hook = join(repositoryRoot(), 'packages/testing/jest/typescriptProgram.cjs');
  program = fork(join(__dirname, 'faults/loginProgram.ts'), [JSON.stringify(settings)], {
    execArgv: ['--conditions=@trading/source', '-r', hook],
    env: { PATH: process.env.PATH, ...env },
  });
  const reports: LoginReport[] = [];
  program.on('message', (report: LoginReport) => reports.push(report));
  return reports;
}

/** An event that is published is announced, and is in its stream. */
async function goesThroughRedis(reports: readonly LoginReport[]): Promise<void> {
  await until('the relay is ready', () => reports.length > 0);
  await harness.publishBars('A');
  await until('it is announced and in its stream', () =>
    reports.some(({ heard, entries }) => heard.includes('A') && entries.includes('A')),
  );
}

describe('credentials in the URL', () => {
  test('log a relay in', async () => {
    const reports = runRelay(`redis://${LOGIN}@127.0.0.1:${plain.port}`);
    await goesThroughRedis(reports);
  });

  test.each(['', 'desk:wrong@', `nobody:${encodeURIComponent(PASSWORD)}@`])(
    'that are wrong (%p) are refused',
    async (login) => {
      const url = `redis://${login}127.0.0.1:${plain.port}`;

      expect(await refusalOf(url, /NOAUTH|WRONGPASS/)).toMatch(login === '' ? /NOAUTH/ : /WRONGPASS/);
    },
  );
});

describe('TLS', () => {
  test('carries events, with a certificate of an authority that Node was told of', async () => {
    const reports = runRelay(`rediss://${LOGIN}@127.0.0.1:${encrypted.port}/0`, {
      NODE_EXTRA_CA_CERTS: certificate,
    });
    await goesThroughRedis(reports);
  });

  test('covers Sentinel too: the question which node is the master, and the way there', async () => {
    await using fleet = createRedisFleet();
    const sentinel = await fleet.start(
      (port) => [
        ...encryption(port),
        `sentinel monitor bus 127.0.0.1 ${encrypted.port} 1`,
        'sentinel auth-user bus desk',
        `sentinel auth-pass bus ${PASSWORD}`,
      ],
      '--sentinel',
    );
    const url = `rediss+sentinel://${LOGIN}@127.0.0.1:${sentinel.port}/bus`;
    const reports = runRelay(url, { NODE_EXTRA_CA_CERTS: certificate });
    await goesThroughRedis(reports);
  });

  test('covers a Cluster: the nodes that are named, those that these name, and their bus', async () => {
    await using fleet = createRedisFleet();
    const nodes = await Promise.all(
      [1, 2, 3].map(() =>
        fleet.start((port) => [
          ...encryption(port),
          'tls-cluster yes',
          'cluster-enabled yes',
          'cluster-node-timeout 60000',
          ...USERS,
        ]),
      ),
    );
    const ports = nodes.map(({ port }) => port);
    const tls = { ca: readFileSync(certificate) };
    await joinCluster(ports, { username: 'desk', password: PASSWORD, tls });
    // The one node that is named leads to the two others.
    const url = `rediss+cluster://${LOGIN}@127.0.0.1:${ports[0]}`;
    const reports = runRelay(url, { NODE_EXTRA_CA_CERTS: certificate });
    await goesThroughRedis(reports);
  });

  test('is refused where nobody vouches for the certificate', async () => {
    const url = `rediss://${LOGIN}@127.0.0.1:${encrypted.port}`;

    expect(await refusalOf(url, /CERT/)).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
  });
});
