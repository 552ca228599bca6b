import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { enginePath } from '@trading/schema-engine';
import { createScratchProject, patient, type ScratchProject } from './scratchProject';
import { startTestCluster, type TestCluster } from './testCluster';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
  await cluster.query('postgres', 'CREATE DATABASE taken');
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

/** What the engine says of a URL, as the CLI prints it behind 'Error: '. */
function refusalOf(url: string): string {
  const args = ['--datasource', JSON.stringify({ url: patient(url) }), 'cli', 'can-connect-to-database'];
  const { status, stderr } = spawnSync(enginePath, args, { encoding: 'utf8' });
  if (status === 0) return 'none';
  const { fields } = JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
  return `${fields.error_code}: ${fields.message}`;
}

describe('a database that cannot be had', () => {
  test('with a wrong password is P1000, which the CLI prints', async () => {
    const url = new URL(cluster.url('taken'));
    url.password = 'wrong';
    await using project = await createScratchProject({ url: url.toString() });
    await project.writeMigration('20240101000000_init', 'SELECT 1;');

    const { code, output } = await project.prisma('migrate', 'status');

    expect(code).toBe(1);
    expect(output).toContain(
      `Error: P1000: Authentication failed against database server at \`127.0.0.1:${url.port}\`, the provided database credentials for \`${url.username}\` are not valid.`,
    );
  });

  test('with no password is P1000', () => {
    const url = new URL(cluster.url('taken'));
    url.password = '';

    expect(refusalOf(url.toString())).toContain(
      `P1000: The database server at \`127.0.0.1:${url.port}\` asks`,
    );
  });

  test('that does not exist is P1003', () => {
    expect(refusalOf(cluster.url('nowhere'))).toContain('P1003: Database `nowhere` does not exist');
  });

  test('that is down, or at a host that nobody knows, is P1001', () => {
    expect(refusalOf('postgresql://u:p@127.0.0.1:9/d')).toContain(
      "P1001: Can't reach database server at `127.0.0.1:9`",
    );
    expect(refusalOf('postgresql://u:p@no.such.host.invalid/d')).toContain(
      "P1001: Can't reach database server at `no.such.host.invalid:5432`",
    );
  });

  test('for a role that may not connect is P1010', async () => {
    await cluster.query(
      'postgres',
      `CREATE ROLE shut_out LOGIN PASSWORD 's'; REVOKE CONNECT ON DATABASE taken FROM PUBLIC`,
    );
    const url = new URL(cluster.url('taken'));
    url.username = 'shut_out';
    url.password = 's';

    expect(refusalOf(url.toString())).toContain(
      'P1010: User `shut_out` was denied access on the database `taken`',
    );
  });

  test('that never answers is P1002', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const child = spawn(enginePath, [
      '--datasource',
      JSON.stringify({ url: `postgresql://u:p@127.0.0.1:${port}/d?connect_timeout=1` }),
      'cli',
      'can-connect-to-database',
    ]);
    const stderr = text(child.stderr);
    await once(child, 'exit');
    silent.close();

    expect(await stderr).toContain('was not reached within 1 seconds');
  });

  test('that has no TLS is P1011 where TLS is required, and fine where it is preferred', () => {
    expect(refusalOf(`${cluster.url('taken')}?sslmode=require`)).toBe(
      'P1011: Error opening a TLS connection: The server does not support SSL connections',
    );
    expect(refusalOf(`${cluster.url('taken')}?sslmode=prefer`)).toBe('none');
    expect(refusalOf(`${cluster.url('taken')}?sslmode=disable`)).toBe('none');
  });

  test.each([
    ['?sslmode=maybe', "sslmode is 'maybe'"],
    ['?connect_timeout=soon', "connect_timeout is 'soon'"],
    ['?sslrootcert=/no/such/file', 'sslrootcert=/no/such/file cannot be read'],
  ])('with the parameters %s is refused', (parameters, message) => {
    expect(refusalOf(cluster.url('taken') + parameters)).toContain(message);
  });

  test.each([
    ['mysql://u:p@h/d', 'It must start with postgresql://'],
    ['postgresql://u:p#w@h/d', 'Percent-encode special characters'],
  ])('%s is P1013', (url, message) => {
    expect(refusalOf(url)).toMatch(/^P1013: The provided database string is invalid\. /);
    expect(refusalOf(url)).toContain(message);
  });
});

test('a user and a password of special characters are understood', async () => {
  const password = `p@ss:w/rd#%?&="' é`;
  await cluster.query(
    'postgres',
    `CREATE ROLE "tra der@home" LOGIN CREATEDB PASSWORD '${password.replaceAll("'", "''")}'`,
  );
  const url = new URL(cluster.url('taken'));
  url.username = encodeURIComponent('tra der@home');
  url.password = encodeURIComponent(password);
  url.pathname = '/special';
  await using project = await createScratchProject({ url: url.toString() });

  const result = await project.prisma('migrate', 'dev', '--name', 'init');

  expect(result.output).toContain('Your database is now in sync with your schema.');
});

describe('a migration with bad SQL', () => {
  const badSql = 'CREATE TABLE fine (id int);\n\nSELECT * FROM nowhere;\n';

  test('leaves no shadow database, and is named with its line', async () => {
    await using project = await createScratchProject({ url: cluster.url('bad_dev') });
    await project.writeMigration('20240101000000_bad', badSql);

    const { code, output } = await project.prisma('migrate', 'dev');

    expect(code).toBe(1);
    expect(output).toContain('P3006');
    expect(output).toContain(
      'Migration `20240101000000_bad` failed to apply cleanly to the shadow database.',
    );
    expect(output).toContain('ERROR: relation "nowhere" does not exist (SQLSTATE 42P01)');
    expect(output).toContain('> 3 | SELECT * FROM nowhere;');
    expect(output).not.toContain('sql_schema_connector');
    expect(await cluster.shadowDatabases()).toEqual([]);
  });

  test('is rolled back on deploy, blocks the next one, and can be resolved', async () => {
    await using project = await createScratchProject({ url: cluster.url('bad_deploy') });
    await project.writeMigration('20240101000000_bad', badSql);

    const first = await project.prisma('migrate', 'deploy');
    const second = await project.prisma('migrate', 'deploy');
    const resolved = await project.prisma('migrate', 'resolve', '--rolled-back', '20240101000000_bad');
    await project.writeMigration('20240101000000_bad', 'CREATE TABLE fine (id int);');
    const third = await project.prisma('migrate', 'deploy');

    expect(first.output).toContain('P3018');
    expect(first.output).toContain('Migration name: 20240101000000_bad');
    expect(first.output).toContain('Database error code: 42P01');
    expect(first.output).toContain('> 3 | SELECT * FROM nowhere;');
    expect(second.output).toContain('P3009');
    expect(resolved.output).toContain('marked as rolled back');
    expect(third.output).toContain('All migrations have been successfully applied.');
  });
});

describe('a database that left its migrations', () => {
  async function appliedProject(database: string): Promise<ScratchProject> {
    const project = await createScratchProject({ url: cluster.url(database) });
    await project.writeMigration(
      '20240101000000_init',
      'CREATE TABLE "Bar" (id int NOT NULL, CONSTRAINT "Bar_pkey" PRIMARY KEY (id));',
    );
    await project.prisma('migrate', 'deploy');
    return project;
  }

  test('because a migration was edited: migrate dev says which', async () => {
    await using project = await appliedProject('edited');
    await project.writeMigration('20240101000000_init', 'CREATE TABLE "Bar" (id int PRIMARY KEY); -- edited');

    const { code, output } = await project.prisma('migrate', 'dev');

    expect(code).not.toBe(0);
    expect(output).toContain('The migration `20240101000000_init` was modified after it was applied.');
    expect(await cluster.query('edited', 'SELECT id FROM "Bar"')).toEqual([]);
  });

  test('because it drifted: migrate dev says what differs', async () => {
    await using project = await appliedProject('drifted');
    await cluster.query('drifted', 'CREATE TABLE stray (id int PRIMARY KEY)');

    const { code, output } = await project.prisma('migrate', 'dev');

    expect(code).not.toBe(0);
    expect(output).toContain('Drift detected');
    expect(output).toContain('[+] Added tables\n  - stray');
    expect(await cluster.query('drifted', 'SELECT id FROM stray')).toEqual([]);
  });
});

test('a server that ends the connection is named as the cause', async () => {
  await using project = await createScratchProject({ url: cluster.url('cut') });
  await project.writeMigration('20240101000000_suicide', 'SELECT pg_terminate_backend(pg_backend_pid());');

  const { code, output } = await project.prisma('migrate', 'deploy');

  expect(code).toBe(1);
  expect(output).toContain('P3018');
  expect(output).toContain('terminating connection due to administrator command');
});
