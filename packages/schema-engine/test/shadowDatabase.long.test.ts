import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '@trading/testing';
import pg from 'pg';
import { createScratchProject } from './scratchProject';
import { startTestCluster, type TestCluster } from './testCluster';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

/** Notes in which database it runs, in the comment of a role, which all databases of the server share. */
const noteDatabase = `DO $$ BEGIN
  EXECUTE format('COMMENT ON ROLE witness IS %L', concat_ws(',', shobj_description('witness'::regrole, 'pg_authid'), current_database()));
END $$;`;

async function witnessed(): Promise<string[]> {
  const [row] = await cluster.query(
    'postgres',
    `SELECT shobj_description('witness'::regrole, 'pg_authid') AS names`,
  );
  return String(row?.names).split(',');
}

/** Goes on once a superuser is connected to a shadow database. */
const untilWatched = `DO $$ BEGIN
  WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE usename = 'postgres' AND datname LIKE 'prisma_migrate_shadow_db_%') LOOP
    PERFORM pg_sleep(0.02);
    PERFORM pg_stat_clear_snapshot();
  END LOOP;
END $$;`;

/** Waits for a shadow database and holds a superuser's session in it; disposed of, the session is gone from the server. */
async function enterShadowDatabase(): Promise<AsyncDisposable & { database: string }> {
  const database = await until('a shadow database', async () => (await cluster.shadowDatabases())[0]);
  const client = new pg.Client(cluster.url(database));
  const leave = async () => {
    await client.end();
    const sessions = `SELECT FROM pg_stat_activity WHERE datname = $1 AND usename = 'postgres'`;
    await until(
      'the session to be gone',
      async () => (await cluster.query('postgres', sessions, [database])).length === 0,
    );
  };
  let left: Promise<void> | undefined;
  await client.connect();
  return {
    database,
    [Symbol.asyncDispose]: () => {
      left ??= leave();
      return left;
    },
  };
}

describe('a shadow database of its own', () => {
  test('is never the real one: migrations are replayed elsewhere, and what is in the real one stays', async () => {
    await cluster.query('postgres', 'CREATE ROLE witness');
    await using project = await createScratchProject({ url: cluster.url('real') });
    await project.writeMigration(
      '20240101000000_init',
      `CREATE TABLE "Bar" (id int NOT NULL, CONSTRAINT "Bar_pkey" PRIMARY KEY (id)); ${noteDatabase}`,
    );
    await project.prisma('migrate', 'deploy');
    expect(await witnessed()).toEqual(['real']);
    await cluster.query('real', 'INSERT INTO "Bar" VALUES (7)');
    const [before] = await cluster.query('real', `SELECT '"Bar"'::regclass::oid, xmin FROM "Bar"`);

    const result = await project.prisma('migrate', 'dev');

    expect(result.output).toContain('Already in sync');
    const [, ...replayed] = await witnessed();
    expect(replayed).not.toEqual([]);
    for (const name of replayed) expect(name).toMatch(/^prisma_migrate_shadow_db_[0-9a-f-]{36}$/);
    expect(await cluster.query('real', `SELECT '"Bar"'::regclass::oid, xmin FROM "Bar"`)).toEqual([before]);
    expect(await cluster.shadowDatabases()).toEqual([]);
  });

  test('needs the right to make one, and says so', async () => {
    await cluster.query('postgres', `CREATE ROLE modest LOGIN PASSWORD 'm'`);
    await cluster.query('postgres', 'CREATE DATABASE modest OWNER modest');
    const url = new URL(cluster.url('modest'));
    url.username = 'modest';
    url.password = 'm';
    await using project = await createScratchProject({ url: url.toString() });

    const { output } = await project.prisma('migrate', 'dev', '--name', 'init');

    expect(output).toContain('P3014');
    expect(output).toContain('Original error: permission denied to create database');
  });
});

describe('a shadow database in which a superuser sits, whom its owner may not send away', () => {
  test('is left with a warning, fails no command, and goes with the next run', async () => {
    await cluster.query('postgres', `CREATE ROLE ordinary LOGIN CREATEDB PASSWORD 'o'`);
    await cluster.query('postgres', 'CREATE DATABASE watched OWNER ordinary');
    const url = new URL(cluster.url('watched'));
    url.username = 'ordinary';
    url.password = 'o';
    await using project = await createScratchProject({
      url: url.toString(),
      env: { DEBUG: 'prisma:schemaEngine:stderr' },
    });
    await project.writeMigration(
      '20240101000000_init',
      `CREATE TABLE "Bar" (id int NOT NULL, CONSTRAINT "Bar_pkey" PRIMARY KEY (id)); ${untilWatched}`,
    );
    const running = project.start('migrate', 'dev');
    await using watcher = await enterShadowDatabase();

    const { code, output } = await running.ended;

    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringContaining('Your database is now in sync with your schema.'),
    });
    expect(output).toContain(`Could not drop the shadow database ${watcher.database}`);
    expect(await cluster.shadowDatabases()).toEqual([watcher.database]);

    await watcher[Symbol.asyncDispose]();
    await project.writeMigration('20240101000000_init', 'SELECT 1;');
    await project.prisma('migrate', 'diff', '--from-migrations', 'prisma/migrations', '--to-empty');
    expect(await cluster.shadowDatabases()).toEqual([]);
  });
});

describe('a shadow database that the user set aside', () => {
  test('is emptied and used, again and again', async () => {
    await cluster.query('postgres', 'CREATE DATABASE set_aside');
    await cluster.query('set_aside', 'CREATE SCHEMA old; CREATE TABLE old.thing (); CREATE TABLE "Bar" ()');
    await using project = await createScratchProject({
      url: cluster.url('with_shadow'),
      shadowDatabaseUrl: cluster.url('set_aside'),
    });

    const first = await project.prisma('migrate', 'dev', '--name', 'init');
    const second = await project.prisma('migrate', 'dev');

    expect(first.output).toContain('Your database is now in sync with your schema.');
    expect(second.output).toContain('Already in sync');
    expect(await cluster.query('set_aside', `SELECT to_regnamespace('old') AS old`)).toEqual([{ old: null }]);
  });

  test.each([
    ['by the same name', (url: string) => url],
    ['by another name of the host', (url: string) => url.replace('127.0.0.1', 'localhost')],
    ['with other parameters', (url: string) => `${url}?schema=other&connect_timeout=300`],
  ])('is refused when it is the real one %s, and nothing is lost', async (name, disguise) => {
    const database = `precious_${name.length}`;
    await cluster.query('postgres', `CREATE DATABASE ${database}`);
    await cluster.query(database, 'CREATE TABLE sentinel AS SELECT 1 AS id');
    await using project = await createScratchProject({
      url: cluster.url(database),
      shadowDatabaseUrl: disguise(cluster.url(database)),
    });
    await project.writeMigration('20240101000000_init', 'DROP TABLE IF EXISTS sentinel;');

    const { code, output } = await project.prisma('migrate', 'dev');

    expect(code).toBe(1);
    expect(output).toContain(`Refused to use the shadow database: it is \`${database}\`, the real one.`);
    expect(await cluster.query(database, 'SELECT id FROM sentinel')).toEqual([{ id: 1 }]);
  });

  test('is refused when it may be the real one, which does not let itself be asked', async () => {
    await cluster.query('postgres', 'CREATE DATABASE unsure');
    await cluster.query('unsure', 'CREATE TABLE sentinel AS SELECT 1 AS id');
    const real = new URL(cluster.url('unsure'));
    real.password = 'wrong';
    await using project = await createScratchProject({
      url: real.toString(),
      shadowDatabaseUrl: cluster.url('unsure'),
    });
    await project.writeMigration('20240101000000_init', 'SELECT 1;');

    const { output } = await project.prisma(
      ...['migrate', 'diff', '--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema'],
    );

    expect(output).toContain(
      'it is called `unsure` like the real one, which cannot be reached to tell them apart',
    );
    expect(await cluster.query('unsure', 'SELECT id FROM sentinel')).toEqual([{ id: 1 }]);
  });
});
