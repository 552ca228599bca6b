import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '@trading/testing';
import { type CommandResult, createScratchProject, type ScratchProject } from './scratchProject';
import { startTestCluster, type TestCluster } from './testCluster';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

const migration = '20240101000000_slow';

/** A migration that never ends by itself, so that a test decides when it does. */
const endless =
  'CREATE TABLE "Bar" (id int NOT NULL, CONSTRAINT "Bar_pkey" PRIMARY KEY (id)); SELECT pg_sleep(3600);';
const quick = 'CREATE TABLE "Bar" (id int NOT NULL, CONSTRAINT "Bar_pkey" PRIMARY KEY (id));';

async function slowProject(database: string): Promise<ScratchProject> {
  const project = await createScratchProject({ url: cluster.url(database) });
  await project.writeMigration(migration, endless);
  return project;
}

/** Waits until the migration runs in a database whose name is like the pattern. */
async function untilReplaying(pattern: string): Promise<void> {
  const sql = `SELECT 1 FROM pg_stat_activity WHERE datname LIKE $1 AND wait_event = 'PgSleep'`;
  await until(
    `a migration to run in ${pattern}`,
    async () => (await cluster.query('postgres', sql, [pattern])).length > 0,
  );
}

async function untilNoShadowDatabase(): Promise<void> {
  await until('no shadow database', async () => (await cluster.shadowDatabases()).length === 0);
}

describe('a migrate dev that is ended while it replays the migrations', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s to its process group takes its shadow database along',
    async (signal) => {
      await using project = await slowProject(`ended_by_${signal.toLowerCase()}`);
      const running = project.start('migrate', 'dev');
      await untilReplaying('prisma_migrate_shadow_db_%');

      process.kill(-running.pid, signal);

      await running.ended;
      await untilNoShadowDatabase();
    },
  );

  test('by SIGKILL leaves one, which the next run drops; that of a live run stays', async () => {
    await using killed = await slowProject('killed');
    const first = killed.start('migrate', 'dev');
    await untilReplaying('prisma_migrate_shadow_db_%');
    process.kill(-first.pid, 'SIGKILL');
    await first.ended;
    const left = await cluster.shadowDatabases();
    await using live = await slowProject('live');
    const second = live.start('migrate', 'dev');
    await until(
      'what was left to be dropped',
      async () => !(await cluster.shadowDatabases()).some((name) => left.includes(name)),
    );
    await untilReplaying('prisma_migrate_shadow_db_%');
    const ofLiveRun = await cluster.shadowDatabases();

    await killed.writeMigration(migration, quick);
    const next = await killed.prisma('migrate', 'dev');

    expect(left).toHaveLength(1);
    expect(next.output).toContain('Your database is now in sync with your schema.');
    expect(await cluster.shadowDatabases()).toEqual(ofLiveRun);
    process.kill(-second.pid, 'SIGTERM');
    await second.ended;
    await untilNoShadowDatabase();
  });
});

test('a migrate deploy that is ended by SIGINT is rolled back, and nothing goes on in the database', async () => {
  await using project = await slowProject('stopped');
  const running = project.start('migrate', 'deploy');
  await untilReplaying('stopped');

  process.kill(-running.pid, 'SIGINT');

  await running.ended;
  const sessions = `SELECT pid FROM pg_stat_activity WHERE datname = 'stopped' AND pid <> pg_backend_pid()`;
  await until('its sessions to end', async () => (await cluster.query('stopped', sessions)).length === 0);
  expect(await cluster.query('stopped', `SELECT to_regclass('"Bar"') AS bar`)).toEqual([{ bar: null }]);
});

test('a migrate deploy that is killed has applied nothing, and can be resolved and run again', async () => {
  await using project = await slowProject('half');
  const running = project.start('migrate', 'deploy');
  await untilReplaying('half');
  process.kill(-running.pid, 'SIGKILL');
  await running.ended;
  await cluster.query(
    'postgres',
    `SELECT pg_terminate_backend(pid, 120000) FROM pg_stat_activity WHERE datname = 'half'`,
  );

  const status = await project.prisma('migrate', 'status');
  await project.prisma('migrate', 'resolve', '--rolled-back', migration);
  await project.writeMigration(migration, quick);
  const deployed = await project.prisma('migrate', 'deploy');

  expect(status.output).toContain(`Following migration have failed:\n${migration}`);
  expect(deployed.output).toContain('All migrations have been successfully applied.');
});

/** Deploys; the engine waits for another's lock no longer than 10 s, which on a busy machine may be too short. */
async function deployInTurn(project: ScratchProject): Promise<CommandResult> {
  for (;;) {
    const result = await project.prisma('migrate', 'deploy');
    if (!result.output.includes('Timed out trying to acquire a postgres advisory lock')) return result;
  }
}

test('two deploys at once apply each migration once', async () => {
  await using project = await createScratchProject({ url: cluster.url('twice') });
  await project.writeMigration('20240101000000_one', 'CREATE TABLE one (); SELECT pg_sleep(1);');

  const results = await Promise.all([deployInTurn(project), deployInTurn(project)]);

  expect(results.map(({ code }) => code)).toEqual([0, 0]);
  const outcomes = results.map(
    ({ output }) => /successfully applied|No pending migrations/.exec(output)?.[0],
  );
  expect(outcomes.sort()).toEqual(['No pending migrations', 'successfully applied']);
});

test('a server that comes back is used again', async () => {
  await using project = await createScratchProject({ url: cluster.url('restart') });
  await project.prisma('migrate', 'dev', '--name', 'init');
  await cluster.server.stop();

  const down = await project.prisma('migrate', 'status');
  await cluster.server.start();
  const up = await project.prisma('migrate', 'status');

  expect(down.output).toContain("P1001: Can't reach database server");
  expect(up.output).toContain('Database schema is up to date!');
});
