import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createScratchProject } from './scratchProject';
import { startTestCluster, type TestCluster } from './testCluster';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

const models = `enum Side {
  BUY
  SELL

  @@schema("execution")
}

model Order {
  id   Int    @id @default(autoincrement())
  side Side
  note String?

  @@schema("execution")
}

model Bar {
  symbol String
  at     DateTime

  @@id([symbol, at])
  @@schema("market")
}
`;

/** What Prisma's schema language has no words for. */
const handWritten = `CREATE TABLE "market"."ticks" (id int NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);
CREATE SCHEMA IF NOT EXISTS "parts";
CREATE TABLE "parts"."ticks_2024" PARTITION OF "market"."ticks" FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE FUNCTION "market"."twice"(n int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  result int;
BEGIN
  result := n * 2; -- a semicolon within the body
  RETURN result;
END;
$$;
CREATE TABLE "market"."flags" (id int PRIMARY KEY, flag "char" NOT NULL DEFAULT 'a', CHECK (id > 0));
DO $body$ BEGIN PERFORM 1; PERFORM 2; END $body$;
`;

describe('the life of a project', () => {
  test('migrations are made, applied, found in sync, changed, pulled, reset and seeded', async () => {
    await using project = await createScratchProject({
      url: cluster.url('life'),
      schemas: ['execution', 'market'],
      models,
      migrationSettings: `seed: 'node -e "console.log(\\'sown\\')"'`,
    });

    const first = await project.prisma('migrate', 'dev', '--name', 'init');
    expect(first.output).toContain('PostgreSQL database life created');
    expect(first.output).toContain('Your database is now in sync with your schema.');
    expect(await project.migrationSql('_init')).toContain(
      `CREATE TYPE "execution"."Side" AS ENUM ('BUY', 'SELL')`,
    );

    await project.writeMigration('20990101000000_by_hand', handWritten);
    await project.writeModels(
      `${models}\nmodel flags {\n  id   Int    @id\n  flag String @default("a") @db.Char\n\n  @@schema("market")\n  @@ignore\n}\n\nmodel ticks {\n  id  Int\n  day DateTime @db.Date\n\n  @@schema("market")\n  @@ignore\n}\n`,
    );
    const deployed = await project.prisma('migrate', 'deploy');
    expect(deployed).toMatchObject({
      code: 0,
      output: expect.stringContaining('All migrations have been successfully applied.'),
    });
    expect(await cluster.query('life', 'SELECT market.twice(21) AS n')).toEqual([{ n: 42 }]);
    expect(await cluster.query('life', `SELECT 1 AS there FROM parts.ticks_2024`)).toEqual([]);

    const status = await project.prisma('migrate', 'status');
    expect(status).toMatchObject({
      code: 0,
      output: expect.stringContaining('Database schema is up to date!'),
    });

    const pulled = await project.prisma('db', 'pull', '--print');
    expect(pulled.output).toContain('model Order {');
    expect(pulled.output).toContain('@db.Char');

    const reset = await project.prisma('migrate', 'reset', '--force');
    expect(reset.output).toContain('Database reset successful');
    const seeded = await project.prisma('db', 'seed');
    expect(seeded.output).toContain('sown');
    expect(await cluster.shadowDatabases()).toEqual([]);
  });

  test('a migration written by hand and a changed model come together in one migrate dev', async () => {
    await using project = await createScratchProject({ url: cluster.url('both') });
    await project.prisma('migrate', 'dev', '--name', 'init');
    await project.writeMigration('20990101000000_by_hand', 'CREATE VIEW bars AS SELECT id FROM "Bar";');
    await project.writeModels('model Bar {\n  id    Int @id\n  close Int?\n}\n');

    const result = await project.prisma('migrate', 'dev', '--name', 'close');

    expect(result.output).toContain('Your database is now in sync with your schema.');
    expect(await project.migrationSql('_close')).toBe(
      '-- AlterTable\nALTER TABLE "Bar" ADD COLUMN     "close" INTEGER;\n',
    );
    // Behind what it builds on, although this machine's clock is not there yet.
    expect((await project.migrations()).at(-1)).toBe('20990101000001_close');
  });

  test('db push and db execute change the database that they are given', async () => {
    await using project = await createScratchProject({ url: `${cluster.url('pushed')}?schema=my%20schema` });

    const push = await project.prisma('db', 'push');
    await project.writeMigration('note', 'INSERT INTO "Bar" VALUES (1); DO $$ BEGIN PERFORM 1; END $$;');
    const execute = await project.prisma('db', 'execute', '--file', 'prisma/migrations/note/migration.sql');

    expect(push.output).toContain('Your database is now in sync with your Prisma schema.');
    expect(execute.output).toContain('Script executed successfully.');
    expect(await cluster.query('pushed', 'SELECT id FROM "my schema"."Bar"')).toEqual([{ id: 1 }]);
  });
});

describe('the difference between two schemas', () => {
  test('of two files is told without any database', async () => {
    await using project = await createScratchProject({});

    const diff = await project.prisma(
      'migrate',
      'diff',
      '--from-empty',
      '--to-schema',
      'prisma/schema',
      '--script',
    );

    expect(diff.output).toContain('CREATE TABLE "Bar" (');
    expect(diff.code).toBe(0);
  });

  test('of migrations, schema and database ends with code 2, and goes to a file when asked', async () => {
    await using project = await createScratchProject({ url: cluster.url('diff') });
    await project.prisma('migrate', 'dev', '--name', 'init');
    await project.writeModels('model Bar {\n  id    Int @id\n  close Int?\n}\n');

    const fromMigrations = await project.prisma(
      ...[
        'migrate',
        'diff',
        '--from-migrations',
        'prisma/migrations',
        '--to-schema',
        'prisma/schema',
        '--exit-code',
      ],
    );
    const fromDatabase = await project.prisma(
      ...['migrate', 'diff', '--from-config-datasource', '--to-schema', 'prisma/schema', '--exit-code'],
    );

    expect(fromMigrations).toMatchObject({
      code: 2,
      output: expect.stringContaining('Added column `close`'),
    });
    expect(fromDatabase).toMatchObject({ code: 2, output: expect.stringContaining('Added column `close`') });
    expect(await cluster.shadowDatabases()).toEqual([]);
  });
});

describe('without a database', () => {
  test('validate and generate work, and migrate says what to do', async () => {
    await using project = await createScratchProject({});

    const results = [
      await project.prisma('validate'),
      await project.prisma('generate'),
      await project.prisma('migrate', 'deploy'),
    ];

    expect(results.map(({ code }) => code)).toEqual([0, 0, 1]);
    expect(results[0]?.output).toContain('are valid');
    expect(results[1]?.output).toContain('Generated Prisma Client');
    expect(results[2]?.output).toContain('P1001: Start a database first.');
  });
});
