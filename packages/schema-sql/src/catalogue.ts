import type { ClientBase } from 'pg';
import { CATALOGUE_QUERIES } from './catalogueQueries';
import { unqualifiedView } from './unqualifiedView';

/** One thing in a database: a column, a function, a right. */
export interface CatalogueObject {
  readonly kind: string;
  /** Unique in its kind: `execution.orders.valid_quantity`, `execution.filled(text)`. */
  readonly name: string;
  /** The table that it belongs to. */
  readonly parent: string | null;
  /** Place among its siblings where that means something: a column's number. Never compared. */
  readonly position: number;
  /** SQL that would make it. */
  readonly definition: string;
  /** The transaction that last wrote it; null where the catalogue doesn't say. */
  readonly xid: string | null;
}

/** From PostgreSQL 16 on, a view's definition names a column's table only where there is more than one. */
const VIEWS_UNQUALIFIED_SINCE = 160_000;

/**
 * Everything that the user's schemas hold, in the same words on PostgreSQL 15 and later: all names qualified, times in UTC.
 * Read in one snapshot; changes nothing.
 */
export async function readCatalogue(client: ClientBase): Promise<CatalogueObject[]> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    return await readInTransaction(client);
  } finally {
    await client.query('ROLLBACK');
  }
}

/** The same inside a transaction that is open, as it stands in it. */
export async function readInTransaction(client: ClientBase): Promise<CatalogueObject[]> {
  await client.query('SAVEPOINT catalogue');
  await client.query(
    `SET LOCAL search_path = ''; SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL IntervalStyle = 'postgres';
     SET LOCAL quote_all_identifiers = off; SET LOCAL extra_float_digits = 1`,
  );
  const { rows: version } = await client.query<{ number: number }>(
    `SELECT current_setting('server_version_num')::int AS number`,
  );
  const qualifies = (version[0]?.number ?? 0) < VIEWS_UNQUALIFIED_SINCE;
  const objects: CatalogueObject[] = [];
  for (const query of CATALOGUE_QUERIES) {
    const { rows } = await client.query<CatalogueObject>(
      `SELECT kind, name, parent, position, definition, xid::text AS xid
         FROM (${query}) AS q (kind, name, parent, position, definition, xid)`,
    );
    objects.push(
      ...rows.map((row) =>
        qualifies && row.kind.endsWith('view')
          ? { ...row, definition: unqualifiedView(row.definition) }
          : row,
      ),
    );
  }
  // Takes the settings back.
  await client.query('ROLLBACK TO SAVEPOINT catalogue');
  return objects.sort((a, b) => compareText(keyOf(a), keyOf(b)));
}

/** What tells an object from every other one. */
export function keyOf(object: Pick<CatalogueObject, 'kind' | 'name'>): string {
  return `${object.kind} ${object.name}`;
}

/** The order of characters, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
