import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { enginePath } from '@trading/schema-engine';
import { startEngine } from './engineProcess';
import { patient } from './scratchProject';
import { startTestCluster, type TestCluster } from './testCluster';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

const datasource = (database: string) => JSON.stringify({ url: patient(cluster.url(database)) });
const filters = { externalTables: [], externalEnums: [] };
const schema = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel Bar {\n  id Int @id\n}\n';

describe('as a server of JSON-RPC', () => {
  test('it answers with the database’s version', async () => {
    await using engine = startEngine('--datasource', datasource('postgres'));

    const answer = await engine.request(1, 'getDatabaseVersion');

    expect(answer.result).toMatch(/^PostgreSQL 18/);
    expect(await engine.end()).toBe(0);
  });

  test('it has a difference printed, and answers when that is done', async () => {
    await using engine = startEngine();
    const answer = engine.request(5, 'diff', {
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] },
      script: true,
      exitCode: true,
      filters,
    });

    const print = await engine.nextMessage();
    engine.write(JSON.stringify({ jsonrpc: '2.0', id: print.id, result: {} }));

    expect(print).toMatchObject({
      method: 'print',
      params: { content: expect.stringContaining('CREATE TABLE "Bar"') },
    });
    expect((await answer).result).toEqual({ exitCode: 2, stdout: null });
  });

  test('it goes on after a line that is no JSON, an unknown method and parameters that do not fit', async () => {
    await using engine = startEngine('--datasource', datasource('postgres'));

    engine.write('{');
    const garbled = await engine.nextMessage();
    const unknown = await engine.request(1, 'fly', {});
    const unfit = await engine.request(2, 'schemaPush', {});
    const fit = await engine.request(3, 'getDatabaseVersion');

    expect(garbled.error?.code).toBe(-32700);
    expect(unknown.error?.data?.message).toBe("This schema engine has no method 'fly'.");
    expect(unfit.error?.data).toMatchObject({
      message: expect.stringContaining('missing field'),
      is_panic: false,
    });
    expect(fit.result).toMatch(/^PostgreSQL/);
  });

  test('it names a panic as one, and keeps saying so', async () => {
    await using engine = startEngine('--datasource', datasource('postgres'));

    const panic = await engine.request(1, 'debugPanic');
    const after = await engine.request(2, 'getDatabaseVersion');

    for (const { error } of [panic, after]) {
      expect(error?.data).toMatchObject({
        is_panic: true,
        message: expect.stringContaining('artificial panic'),
      });
    }
  });

  test('it finishes what is under way when the CLI is gone', async () => {
    await cluster.query('postgres', 'CREATE DATABASE orphan');
    await using engine = startEngine('--datasource', datasource('orphan'));

    engine.request(1, 'dbExecute', {
      datasourceType: { tag: 'url', url: patient(cluster.url('orphan')) },
      script: 'SELECT pg_sleep(0.3); CREATE TABLE finished ();',
    });
    engine.child.stdout?.destroy();

    expect(await engine.end()).toBe(0);
    expect(await cluster.query('orphan', `SELECT to_regclass('finished') IS NOT NULL AS done`)).toEqual([
      { done: true },
    ]);
  });

  test('it refuses TypedSQL in so many words', async () => {
    await using engine = startEngine('--datasource', datasource('postgres'));

    const answer = await engine.request(1, 'introspectSql', {
      url: patient(cluster.url('postgres')),
      queries: [],
    });

    expect(answer.error?.data?.message).toContain('TypedSQL (`prisma generate --sql`) is not supported');
  });
});

describe('as a command', () => {
  const run = (...args: string[]) => spawnSync(enginePath, args, { encoding: 'utf8' });
  const lastError = (stderr: string) => JSON.parse(stderr.trim().split('\n').at(-1) ?? '').fields;

  test('--version names the commit of the engine', () => {
    expect(run('--version')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^schema-engine-cli [0-9a-f]{40}\n$/),
    });
  });

  test('create-database creates one, and is content when it is there', () => {
    const args = ['--datasource', datasource('created'), 'cli', 'create-database'];

    expect([run(...args), run(...args)]).toMatchObject([
      { status: 0, stdout: "Database 'created' was successfully created.\n" },
      { status: 0 },
    ]);
    expect(run('--datasource', datasource('created'), 'cli', 'can-connect-to-database').status).toBe(0);
  });

  test('can-connect-to-database ends with 1 and Prisma’s code', () => {
    const { status, stderr } = run('--datasource', datasource('missing'), 'cli', 'can-connect-to-database');

    expect(status).toBe(1);
    expect(lastError(stderr)).toMatchObject({ error_code: 'P1003', is_panic: false });
  });

  test.each([
    [['--fly'], "Unknown option '--fly'"],
    [['cli', 'fly'], "Unknown command 'cli fly'"],
    [['--datasource', 'x'], '--datasource must be a JSON object'],
    [['cli', 'create-database'], 'prisma.config.ts names no database'],
  ])('%j is refused', (args, message) => {
    const { status, stderr } = run(...args);

    expect(status).toBe(1);
    expect(lastError(stderr).message).toContain(message);
  });
});
