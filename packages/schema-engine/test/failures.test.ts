import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createScratchProject, type ScratchProject } from './scratchProject';
import { startTestCluster, type TestCluster } from './testCluster';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
  await cluster.query('postgres', 'CREATE DATABASE taken');
});
afterAll(() => cluster[Symbol.asyncDispose]());

async function statusAt(url: string): Promise<string> {
  await using project = await createScratchProject({ url });
  await project.writeMigration('20240101000000_init', 'SELECT 1;');
  const { code, output } = await project.prisma('migrate', 'status');
  expect(code).toBe(1);
  return output;
}

describe('a database that cannot be had', () => {
  test('with a wrong password is P1000', async () => {
    const url = new URL(cluster.url('taken'));
    url.password = 'wrong';

    expect(await statusAt(url.toString())).toContain(
      `P1000: Authentication failed against database server at \`127.0.0.1:${url.port}\`, the provided database credentials for \`${url.username}\` are not valid.`,
    );
  });

  test('that does not exist is P1003', async () => {
    expect(await statusAt(cluster.url('nowhere'))).toContain('P1003: Database `nowhere` does not exist');
  });

  test('that is down is P1001', async () => {
    expect(await statusAt('postgresql://u:p@127.0.0.1:9/d')).toContain(
      "P1001: Can't reach database server at `127.0.0.1:9`",
    );
  });

  test('that has no TLS is P1011 where TLS is required, and fine where it is preferred', async () => {
    expect(await statusAt(`${cluster.url('taken')}?sslmode=require`)).toContain(
      'P1011: Error opening a TLS connection: The server does not support SSL connections',
    );
    expect(await statusAt(`${cluster.url('taken')}?sslmode=prefer`)).toContain(
      'Following migration have not yet been applied',
    );
  });

  test('behind an unreadable URL is P1013', async () => {
    expect(await statusAt(`${cluster.url('taken')}?sslmode=maybe`)).toContain(
      "P1013: The provided database string is invalid. sslmode is 'maybe'",
    );
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
