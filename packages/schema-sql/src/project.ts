import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { TradingError } from '@trading/model';
import type { ClientBase } from 'pg';
import { type AppliedStatement, buildSchema, scriptOf } from './build';
import { type CatalogueObject, keyOf, readCatalogue } from './catalogue';
import { compareCatalogues, type Difference } from './compare';
import { type MigrationScript, migrateTo, type WantedSchema } from './migration';
import { inScratchDatabase, withClient } from './scratchDatabase';
import { renderSnapshot } from './snapshot';
import { readSqlFolder } from './sqlFolder';
import type { Statement } from './statements';
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

/** A schema as a scratch database had it: what the files say. */
export interface BuiltSchema extends WantedSchema {
  readonly statements: readonly (AppliedStatement & { readonly makes: readonly string[] })[];
}

const BASELINE_HEADER = `-- The whole schema, written by \`trading sql baseline\` from the Prisma schema and the SQL files beside it: change those, then
-- write a migration. Nobody edits this.`;
const SNAPSHOT_HEADER = `-- The schema as the database has it, for reviewers: written by \`trading sql\` from the catalogue, never run.`;

/** Builds the schema from the files in a scratch database. @param url a login that may make databases and roles */
export async function buildFromFiles(project: SchemaProject, url: string): Promise<BuiltSchema> {
  const files = await readSqlFolder(join(project.root, project.sql));
  const tables = tableStatements(await prismaScript(project, ['--from-empty']), files);
  return inScratchDatabase(url, async (client) => {
    const makers = new Map<string, string[]>();
    const statements = await buildSchema(client, files, tables, async () => {
      for (const object of await readCatalogue(client)) {
        makers.set(object.xid ?? '', [...(makers.get(object.xid ?? '') ?? []), keyOf(object)]);
      }
    });
    return {
      statements: statements.map((statement) => ({ ...statement, makes: makers.get(statement.xid) ?? [] })),
      catalogue: await readCatalogue(client),
    };
  });
}

/** What the migrations, one after the other, come to in a scratch database. */
export async function buildFromMigrations(project: SchemaProject, url: string): Promise<CatalogueObject[]> {
  return inScratchDatabase(url, async (client) => {
    await applyMigrations(client, project);
    return readCatalogue(client);
  });
}

async function applyMigrations(client: ClientBase, project: SchemaProject): Promise<void> {
  for (const name of await migrationNames(project)) await applyMigration(client, project, name);
}

/**
 * Writes a migration with everything in which the files differ from what the migrations come to: Prisma's changes of tables
 * and those of `prisma/sql`. It is tried before it is written: after it, nothing differs. Writes the snapshot too.
 *
 * @param options.name  what it is about: `add_desk`
 * @returns the folder, and what whoever applies it must know; undefined where nothing differs
 * @throws TradingError those of {@link migrateTo}; `SCHEMA_SQL.NAME_INVALID`
 */
export async function writeMigration(
  project: SchemaProject,
  url: string,
  options: { name: string; now: Date },
): Promise<{ written: string[]; notes: readonly string[] } | undefined> {
  if (!/^[a-z0-9_]{1,100}$/.test(options.name)) {
    throw new TradingError(
      'SCHEMA_SQL.NAME_INVALID',
      `A migration can't be called ${JSON.stringify(options.name)}: use lower-case letters, digits and _`,
      {
        details: { name: options.name },
      },
    );
  }
  const written = await writeGenerated(project);
  const wanted = await buildFromFiles(project, url);
  const { statements, notes } = await inScratchDatabase(url, async (client, scratchUrl) => {
    await applyMigrations(client, project);
    return migrateInTransaction(client, wanted, await prismaChanges(project, scratchUrl));
  });
  await writeText(project, project.snapshot, snapshotOf(wanted.catalogue));
  if (statements.length === 0) return undefined;
  const stamp = options.now.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
  const path = join(project.migrations, `${stamp}_${options.name}`, 'migration.sql');
  const header = notes.map((note) => `-- Note: ${note}.\n`).join('');
  await writeText(project, path, `${header}${header === '' ? '' : '\n'}${statements.join('\n\n')}\n`);
  return { written: [...written, path, project.snapshot], notes };
}

/**
 * In which objects a database differs from the files. Partitions that were made at run time are data, and no difference.
 *
 * @param url  the database; its login must be allowed to make a scratch database beside it
 */
export async function diffDatabase(project: SchemaProject, url: string): Promise<Difference[]> {
  const { catalogue } = await buildFromFiles(project, url);
  const actual = await withClient(url, readCatalogue);
  return compareCatalogues(actual, catalogue).filter(({ kind }) => kind !== 'partition');
}

async function migrateInTransaction(
  client: ClientBase,
  wanted: WantedSchema,
  tables: readonly Statement[],
): Promise<MigrationScript> {
  await client.query('BEGIN');
  try {
    const script = await migrateTo(client, wanted, tables);
    await client.query('COMMIT');
    return script;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** Prisma's changes from a database to its schema, but for what is the SQL files'. */
async function prismaChanges(project: SchemaProject, databaseUrl: string): Promise<Statement[]> {
  const files = await readSqlFolder(join(project.root, project.sql));
  const script = await prismaScript(project, ['--from-config-datasource'], databaseUrl);
  return tableStatements(script, files, { partial: true });
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
  const folder = join(project.root, project.migrations);
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Prisma's script from somewhere to its schema. @param databaseUrl reaches Prisma as DATABASE_URL */
async function prismaScript(
  project: SchemaProject,
  from: readonly string[],
  databaseUrl?: string,
): Promise<string> {
  const prisma = createRequire(join(project.root, 'package.json')).resolve('prisma/build/index.js');
  const args = ['migrate', 'diff', ...from, '--to-schema', project.schema, '--script'];
  try {
    // The optimising compiler takes longer over the CLI's WebAssembly than a schema takes without it.
    const { stdout } = await promisify(execFile)(process.execPath, ['--liftoff-only', prisma, ...args], {
      cwd: project.root,
      env: databaseUrl === undefined ? process.env : { ...process.env, DATABASE_URL: databaseUrl },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    throw new TradingError(
      'SCHEMA_SQL.PRISMA_FAILED',
      `prisma ${args.join(' ')} failed: ${error instanceof Error ? error.message : String(error)}`,
      { kind: 'operational', cause: error },
    );
  }
}
