import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TRADING_DATABASE } from '@trading/database';
import { TradingError } from '@trading/model';
import { withConnection } from './adminConnection';
import { type MigrationRow, readMigrations } from './sql/readMigrations';
import { messageOf, systemCode } from './systemError';

/** How far a database is behind `prisma/migrations`. */
export interface MigrationStatus {
  /** True where the files and what is applied are the same: none pending, failed, edited afterwards, or without a file. */
  readonly current: boolean;
  readonly applied: string[];
  readonly pending: string[];
  /** Begun and never finished, so Prisma refuses to go on. */
  readonly failed: string[];
  /** Of those failed, the ones that recorded no error: the process was cut off. */
  readonly interrupted: string[];
  /** Applied with another text than the file has now. */
  readonly edited: string[];
  /** Recorded, finished or not, but with no file here: the database belongs to another version of the project. */
  readonly unknown: string[];
}

/** A migration on disk. */
interface MigrationFile {
  readonly name: string;
  readonly checksum: string;
}

/**
 * Compares the files with what Prisma recorded in the database. Reads only.
 *
 * @throws TradingError those of {@link readMigrationFiles} and {@link withConnection}
 */
export async function readMigrationStatus(databaseUrl: string, folder: string): Promise<MigrationStatus> {
  const files = await readMigrationFiles(folder);
  const rows = (await withConnection(databaseUrl, readMigrations)) ?? [];
  return compareMigrations(files, rows);
}

/** What to do about a database with the history of another checkout. Renamed, it can still be read, under the same logins. */
export const UNKNOWN_HISTORY_FIX = `Go on with the checkout that has these migrations, or stop what is connected, rename the database (ALTER DATABASE ${TRADING_DATABASE} RENAME TO ${TRADING_DATABASE}_old) and run \`trading up\`, which makes a new one beside it`;

/** So many migrations are named in the message; the details have them all. */
const NAMED_MIGRATIONS = 3;

/**
 * Why nothing may be applied to a database that records migrations which this checkout doesn't have; undefined where it has
 * them all. Prisma would apply the others on top of whatever those have made, fail in the middle and leave a failed row behind.
 *
 * @returns `DATABASE.MIGRATIONS_UNKNOWN`, with all their names in `details.migrations`
 */
export function unknownHistory({ unknown }: MigrationStatus): TradingError | undefined {
  if (unknown.length === 0) return undefined;
  const more = unknown.length - NAMED_MIGRATIONS;
  const names = `${unknown.slice(0, NAMED_MIGRATIONS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return new TradingError(
    'DATABASE.MIGRATIONS_UNKNOWN',
    `The database records migrations that this checkout doesn't have (${names}), so it can't be upgraded from here and was left as it is. ${UNKNOWN_HISTORY_FIX}`,
    { details: { migrations: unknown } },
  );
}

/** @throws TradingError that of {@link unknownHistory} */
export function requireKnownMigrations(status: MigrationStatus): void {
  const refusal = unknownHistory(status);
  if (refusal !== undefined) throw refusal;
}

/** The comparison alone, on values. */
export function compareMigrations(
  files: readonly MigrationFile[],
  rows: readonly MigrationRow[],
): MigrationStatus {
  const standing = rows.filter((row) => !row.isRolledBack);
  const finished = new Map(standing.filter((row) => row.isFinished).map((row) => [row.name, row]));
  const failed = standing.filter((row) => !row.isFinished && !finished.has(row.name));
  const names = new Set(files.map(({ name }) => name));
  const pending = files.filter(({ name }) => !finished.has(name)).map(({ name }) => name);
  const edited = files
    .filter(({ name, checksum }) => (finished.get(name)?.checksum ?? checksum) !== checksum)
    .map(({ name }) => name);
  const failedNames = [...new Set(failed.map(({ name }) => name))];
  const unknown = [...new Set(standing.map(({ name }) => name))].filter((name) => !names.has(name));
  return {
    current: [pending, failedNames, edited, unknown].every(({ length }) => length === 0),
    applied: [...finished.keys()],
    pending,
    failed: failedNames,
    interrupted: failed.filter(({ logs }) => logs === null).map(({ name }) => name),
    edited,
    unknown,
  };
}

/**
 * The migrations on disk in the order in which Prisma applies them.
 *
 * @throws TradingError `LOCAL.NO_MIGRATIONS` where the folder is missing, `LOCAL.MIGRATION_UNREADABLE`
 */
export async function readMigrationFiles(folder: string): Promise<MigrationFile[]> {
  let names: string[];
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw noMigrations(folder, error);
    throw unreadable(folder, error);
  }
  const files: MigrationFile[] = [];
  for (const name of names.sort()) {
    const content = await readMigrationFile(join(folder, name, 'migration.sql'));
    if (content === undefined) continue;
    files.push({ name, checksum: createHash('sha256').update(content).digest('hex') });
  }
  return files;
}

/** Undefined for a folder without the file, which Prisma answers for when it deploys. */
async function readMigrationFile(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
}

function noMigrations(folder: string, cause: unknown): TradingError {
  return new TradingError(
    'LOCAL.NO_MIGRATIONS',
    `There is no folder ${folder}; name the repository's root, which has the migrations in prisma/migrations`,
    { kind: 'operational', details: { folder }, cause },
  );
}

function unreadable(path: string, cause: unknown): TradingError {
  return new TradingError(
    'LOCAL.MIGRATION_UNREADABLE',
    `${path} can't be read (${messageOf(cause)}); make it readable to this user`,
    { kind: 'operational', details: { path }, cause },
  );
}
