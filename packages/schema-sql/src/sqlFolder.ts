import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { TradingError } from '@trading/model';
import { type Statement, splitStatements } from './statements';

/** A file of SQL beside a Prisma schema. */
export interface SqlFile {
  /** From the folder of SQL, with `/`: `execution/functions/verify.sql`. */
  readonly path: string;
  /** When it runs: before the tables, among them, how a table is partitioned, or last of all. */
  readonly phase: 'before' | 'object' | 'partition' | 'after';
  readonly statements: readonly Statement[];
}

/** Folders of a schema in the order in which their files are tried. */
const KINDS: readonly string[] = ['types', 'functions', 'views', 'checks', 'indexes', 'triggers', 'policies'];
const PARTITIONS = 'partitions';
const BEFORE = '_before';
const AFTER = '_after';

/**
 * Reads the folder: `_before/*.sql`, `<schema>/<kind>/*.sql` with a kind of types, functions, views, checks, indexes,
 * triggers, policies or partitions, and `_after/*.sql`. Files run in the order of their kinds and names; what needs
 * something that is not there yet runs later.
 *
 * @throws TradingError `SCHEMA_SQL.FOLDER_UNREADABLE`, `SCHEMA_SQL.FILE_MISPLACED` for a file in no such place
 */
export async function readSqlFolder(folder: string): Promise<SqlFile[]> {
  const paths = await sqlFilesBelow(folder);
  const files = await Promise.all(
    paths.map(async (path) => ({
      path,
      place: placeOf(path),
      statements: splitStatements(await readFile(join(folder, path), 'utf8')),
    })),
  );
  return files
    .sort((a, b) => a.place.rank - b.place.rank || (a.path < b.path ? -1 : 1))
    .map(({ path, place, statements }) => ({ path, phase: place.phase, statements }));
}

async function sqlFilesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && entry.name.endsWith('.sql'))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  } catch (error) {
    throw new TradingError(
      'SCHEMA_SQL.FOLDER_UNREADABLE',
      `${folder} can't be read; name the folder that holds the SQL files`,
      {
        kind: 'operational',
        details: { folder },
        cause: error,
      },
    );
  }
}

function placeOf(path: string): { phase: SqlFile['phase']; rank: number } {
  const [first = '', second = '', ...rest] = path.split('/');
  if (first === BEFORE && rest.length === 0) return { phase: 'before', rank: -1 };
  if (first === AFTER && rest.length === 0) return { phase: 'after', rank: KINDS.length + 1 };
  if (second === PARTITIONS && rest.length === 1) return { phase: 'partition', rank: KINDS.length };
  const rank = KINDS.indexOf(second);
  if (rank >= 0 && rest.length === 1) return { phase: 'object', rank };
  throw new TradingError(
    'SCHEMA_SQL.FILE_MISPLACED',
    `${path} is in no known place: put it into ${BEFORE}/, ${AFTER}/ or <schema>/<${[...KINDS, PARTITIONS].join('|')}>/`,
    { details: { path } },
  );
}
