import { cp, rm } from 'node:fs/promises';
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

test('this repository’s database can be reset by its owner, and is in sync then', async () => {
  await using database = await createTestDatabase();
  await using project = await copyOfRepository(database.ownerUrl);

  const reset = await project.prisma('migrate', 'reset', '--force');
  const status = await project.prisma('migrate', 'status');

  expect(reset.output).toContain('Database reset successful');
  expect(status.output).toContain('Database schema is up to date!');
});
