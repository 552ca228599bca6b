import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { createTestDatabase } from '@trading/testing';
import { createScratchProject, type ScratchProject } from './scratchProject';

const ownPrisma = resolve(__dirname, '..', '..', '..', 'prisma');

/** A copy of this repository's schema and migrations, at the given database. */
async function copyOfRepository(url: string): Promise<ScratchProject> {
  const project = await createScratchProject({ url });
  await rm(join(project.folder, 'prisma', 'schema'), { recursive: true });
  await cp(ownPrisma, join(project.folder, 'prisma'), { recursive: true });
  return project;
}

test('this repository’s migrations make its schema, and a new column yields that column only', async () => {
  await using database = await createTestDatabase();
  await using project = await copyOfRepository(database.ownerUrl);
  const file = join(project.folder, 'prisma', 'schema', 'execution.prisma');

  const unchanged = await project.prisma('migrate', 'dev');
  const schema = await readFile(file, 'utf8');
  await writeFile(file, schema.replace(/^model Order \{$/m, '$&\n  desk String?'));
  const changed = await project.prisma('migrate', 'dev', '--name', 'desk');

  expect(unchanged.output).toContain('Already in sync, no schema change or pending migration was found.');
  expect(changed.output).toContain('Your database is now in sync with your schema.');
  expect(await project.migrationSql('_desk')).toBe(
    '-- AlterTable\nALTER TABLE "execution"."orders" ADD COLUMN     "desk" TEXT;\n',
  );
});

test('this repository’s database can be reset by its owner, and is in sync then', async () => {
  await using database = await createTestDatabase();
  await using project = await copyOfRepository(database.ownerUrl);

  const reset = await project.prisma('migrate', 'reset', '--force');
  const status = await project.prisma('migrate', 'status');

  expect(reset.output).toContain('Database reset successful');
  expect(status.output).toContain('Database schema is up to date!');
});
