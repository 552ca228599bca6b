import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { TradingError } from '@trading/model';
import type { ClientBase } from 'pg';
import { type AppliedStatement, buildSchema, scriptOf } from './build';
import { type CatalogueObject, readCatalogue } from './catalogue';
import { inScratchDatabase } from './scratchDatabase';
import { renderSnapshot } from './snapshot';
import { readSqlFolder } from './sqlFolder';
import { tableStatements } from './tableScript';

/** A project that keeps SQL files beside its Prisma schema. Paths are relative to `root`. */
export interface SchemaProject {
  /** The folder that `prisma` is installed in and run from. */
  readonly root: string;
  /** File or folder of the Prisma schema. */
  readonly schema: string;
  readonly sql: string;
  readonly migrations: string;
  readonly snapshot: string;
  /** Files below `sql` that are written from code: path to content. */
  readonly generated?: Readonly<Record<string, string>>;
}

/** A schema as a scratch database had it. */
export interface BuiltSchema {
  readonly catalogue: readonly CatalogueObject[];
  readonly statements: readonly AppliedStatement[];
}

const BASELINE_HEADER = `-- The whole schema, written by \`trading sql baseline\` from the Prisma schema and the SQL files beside it: change those, then
-- write a migration. Nobody edits this.`;
const SNAPSHOT_HEADER = `-- The schema as the database has it, for reviewers: written by \`trading sql\` from the catalogue, never run.`;

/** Builds the schema from the files in a scratch database. @param url a login that may make databases and roles */
export async function buildFromFiles(project: SchemaProject, url: string): Promise<BuiltSchema> {
  const files = await readSqlFolder(join(project.root, project.sql));
  const tables = tableStatements(await prismaScript(project), files);
  return inScratchDatabase(url, async (client) => {
    const statements = await buildSchema(client, files, tables);
    return { statements, catalogue: await readCatalogue(client) };
  });
}

/** What the migrations, one after the other, come to in a scratch database. */
export async function buildFromMigrations(project: SchemaProject, url: string): Promise<CatalogueObject[]> {
  return inScratchDatabase(url, async (client) => {
    for (const name of await migrationNames(project)) await applyMigration(client, project, name);
    return readCatalogue(client);
  });
}

async function applyMigration(client: ClientBase, project: SchemaProject, name: string): Promise<void> {
  const path = join(project.migrations, name, 'migration.sql');
  try {
    await client.query(await readFile(join(project.root, path), 'utf8'));
  } catch (error) {
    throw new TradingError(
      'SCHEMA_SQL.MIGRATION_FAILED',
      `${path} fails in an empty database: ${error instanceof Error ? error.message : String(error)}`,
      { kind: 'operational', details: { migration: name }, cause: error },
    );
  }
}

/**
 * Writes the files that come from code, the baseline and the snapshot, as long as the baseline is the only migration.
 *
 * @param options.name  folder of the baseline where there is none yet: it must sort before every later migration
 * @throws TradingError `SCHEMA_SQL.HAS_MIGRATIONS` where there are others: a released baseline is never changed
 */
export async function writeBaseline(
  project: SchemaProject,
  url: string,
  options: { name: string },
): Promise<string[]> {
  const [existing, ...others] = await migrationNames(project);
  if (others.length > 0) {
    throw new TradingError(
      'SCHEMA_SQL.HAS_MIGRATIONS',
      `The baseline ${existing} is followed by ${others.join(', ')}: write the change as a migration (\`trading sql migration NAME\`)`,
      { details: { migrations: others } },
    );
  }
  const written = await writeGenerated(project);
  const { statements, catalogue } = await buildFromFiles(project, url);
  const path = join(project.migrations, existing ?? options.name, 'migration.sql');
  await writeText(project, path, scriptOf(statements, BASELINE_HEADER, project.sql));
  await writeText(project, project.snapshot, snapshotOf(catalogue));
  return [...written, path, project.snapshot];
}

/** The committed text for a catalogue. */
export function snapshotOf(catalogue: readonly CatalogueObject[]): string {
  return renderSnapshot(catalogue, SNAPSHOT_HEADER);
}

/** Writes the files below `sql` that come from code. */
export async function writeGenerated(project: SchemaProject): Promise<string[]> {
  const files = Object.entries(project.generated ?? {}).map(
    ([path, text]) => [join(project.sql, path), text] as const,
  );
  for (const [path, text] of files) await writeText(project, path, text);
  return files.map(([path]) => path);
}

async function writeText(project: SchemaProject, path: string, text: string): Promise<void> {
  const file = join(project.root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** The migrations in the order in which Prisma applies them. */
export async function migrationNames(project: SchemaProject): Promise<string[]> {
  const entries = await readdir(join(project.root, project.migrations), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Prisma's script of all that its schema declares. Needs no database. */
async function prismaScript(project: SchemaProject): Promise<string> {
  const prisma = createRequire(join(project.root, 'package.json')).resolve('prisma/build/index.js');
  const args = ['migrate', 'diff', '--from-empty', '--to-schema', project.schema, '--script'];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [prisma, ...args], {
      cwd: project.root,
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    throw new TradingError(
      'SCHEMA_SQL.PRISMA_FAILED',
      `prisma ${args.join(' ')} failed: ${error instanceof Error ? error.message : String(error)}`,
      {
        kind: 'operational',
        cause: error,
      },
    );
  }
}
