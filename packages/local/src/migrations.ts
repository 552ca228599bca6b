import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withConnection } from './adminConnection';
import { type MigrationRow, readMigrations } from './sql/readMigrations';
import { systemCode } from './systemError';

/** How far a database is behind `prisma/migrations`. */
export interface MigrationStatus {
  /** True where every migration is applied, none failed and none was edited afterwards. */
  readonly current: boolean;
  readonly applied: string[];
  readonly pending: string[];
  /** Begun and never finished, so Prisma refuses to go on. */
  readonly failed: string[];
  /** Of those failed, the ones that recorded no error: the process was cut off. */
  readonly interrupted: string[];
  /** Applied with another text than the file has now. */
  readonly edited: string[];
  /** Applied, but with no file here: the database belongs to a newer version of the project. */
  readonly unknown: string[];
}

/** A migration on disk. */
interface MigrationFile {
  readonly name: string;
  readonly checksum: string;
}

/** Compares the files with what Prisma recorded in the database. Reads only. */
export async function readMigrationStatus(databaseUrl: string, folder: string): Promise<MigrationStatus> {
  const files = await readMigrationFiles(folder);
  const rows = (await withConnection(databaseUrl, readMigrations)) ?? [];
  return compareMigrations(files, rows);
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
  return {
    current: pending.length === 0 && failedNames.length === 0 && edited.length === 0,
    applied: [...finished.keys()],
    pending,
    failed: failedNames,
    interrupted: failed.filter(({ logs }) => logs === null).map(({ name }) => name),
    edited,
    unknown: [...finished.keys()].filter((name) => !names.has(name)),
  };
}

/** The migrations on disk in the order in which Prisma applies them; none where the folder is missing. */
export async function readMigrationFiles(folder: string): Promise<MigrationFile[]> {
  let names: string[];
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
  const files: MigrationFile[] = [];
  for (const name of names.sort()) {
    const content = await readFile(join(folder, name, 'migration.sql')).catch(() => undefined);
    if (content === undefined) continue;
    files.push({ name, checksum: createHash('sha256').update(content).digest('hex') });
  }
  return files;
}
