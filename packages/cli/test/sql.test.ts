import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  buildFromFiles,
  buildFromMigrations,
  type CatalogueObject,
  compareCatalogues,
  snapshotOf,
} from '@trading/schema-sql';
import { createTestDatabase, repositoryRoot, type TestDatabase } from '@trading/testing';
import { schemaProject } from '../src/commands/sql';

describe('the SQL of this repository', () => {
  const project = schemaProject(repositoryRoot());
  let database: TestDatabase;
  let catalogue: readonly CatalogueObject[];
  beforeAll(async () => {
    database = await createTestDatabase({ migrated: false });
    ({ catalogue } = await buildFromFiles(project, database.adminUrl));
  });
  afterAll(() => database?.drop());

  test('the migrations come to what prisma/schema and prisma/sql say, and so does the snapshot', async () => {
    const migrated = await buildFromMigrations(project, database.adminUrl);

    expect(compareCatalogues(migrated, catalogue)).toEqual([]);
    expect(await readFile(join(project.root, project.snapshot), 'utf8')).toBe(snapshotOf(catalogue));
  });

  test('each function and view has a comment, which SQL clients show', () => {
    const commented = catalogue.filter(({ kind }) => kind === 'comment').map(({ name }) => name);
    const silent = catalogue
      .filter(({ kind }) => kind === 'function' || kind === 'view')
      .map(({ kind, name }) => `${kind} ${name}`)
      .filter((name) => !commented.includes(name));
    expect(silent).toEqual([]);
  });

  test.each(Object.entries(project.generated ?? {}))(
    '%s is what the isolation matrix says',
    async (path, text) => {
      expect(await readFile(join(project.root, project.sql, path), 'utf8')).toBe(text);
    },
  );
});
