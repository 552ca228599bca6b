import { execFile } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, repositoryRoot, runFolder, type TestDatabase } from '@trading/testing';

const run = promisify(execFile);

/** A copy of what Prisma reads of this repository, to change. */
function copyOfProject(): string {
  const folder = mkdtempSync(join(runFolder(), 'project-'));
  for (const path of ['prisma', 'prisma.config.ts', 'scripts'])
    cpSync(join(repositoryRoot(), path), join(folder, path), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  symlinkSync(join(repositoryRoot(), 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

describe('prisma migrate dev on this repository', () => {
  let database: TestDatabase;
  let project: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    project = copyOfProject();
  });
  afterAll(async () => {
    await database?.drop();
  });

  const prisma = async (...args: string[]) => {
    const { stdout } = await run(
      process.execPath,
      [join(repositoryRoot(), 'node_modules/prisma/build/index.js'), ...args],
      {
        cwd: project,
        env: { ...process.env, DATABASE_URL: `${database.ownerUrl}?connect_timeout=90` },
      },
    );
    return stdout;
  };
  const migrations = () => readdirSync(join(project, 'prisma/migrations')).filter((name) => /^\d/.test(name));

  it('finds the database in sync with the schema, partitions and all', async () => {
    expect(await prisma('migrate', 'dev')).toContain(
      'Already in sync, no schema change or pending migration was found.',
    );
  });

  it('writes a migration with a new column and nothing else, and is in sync again', async () => {
    const before = migrations();
    const file = join(project, 'prisma/schema/execution.prisma');
    const schema = readFileSync(file, 'utf8');
    writeFileSync(file, schema.replace('model Order {\n', 'model Order {\n  desk String?\n'));

    await prisma('migrate', 'dev', '--name', 'add_desk');

    const [added, ...others] = migrations().filter((name) => !before.includes(name));
    expect(others).toEqual([]);
    const sql = readFileSync(join(project, 'prisma/migrations', added ?? '', 'migration.sql'), 'utf8');
    expect(sql.replace(/--.*\n/g, '').trim()).toBe(
      'ALTER TABLE "execution"."orders" ADD COLUMN     "desk" TEXT;',
    );
    expect(await prisma('migrate', 'dev')).toContain('Already in sync');
  });

  it('lets the service use a table that a new model makes, at once', async () => {
    appendFileSync(
      join(project, 'prisma/schema/logging.prisma'),
      '\nmodel AuditLog {\n  id BigInt @id @default(autoincrement())\n  what String\n\n  @@map("audit_logs")\n  @@schema("logging")\n}\n',
    );
    await prisma('migrate', 'dev', '--name', 'add_audit_logs');
    const { Client } = await import('pg');
    const logging = new Client({ connectionString: database.serviceUrl('logging') });
    await logging.connect();
    await logging.query(`INSERT INTO logging.audit_logs (what) VALUES ('it works')`);
    await logging.end();
  });
});
