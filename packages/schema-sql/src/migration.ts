import { TradingError } from '@trading/model';
import type { ClientBase, DatabaseError } from 'pg';
import { type CatalogueObject, keyOf, readInTransaction } from './catalogue';
import { compareCatalogues, type Difference } from './compare';
import { type ChangedColumn, dependantsOf } from './dependants';
import type { Statement } from './statements';
import { dropOf, LOOSE_KINDS, looseChange, OBJECT_KINDS } from './undo';

/** A schema as the files say it, and which statement of which file makes each object. */
export interface WantedSchema {
  readonly catalogue: readonly CatalogueObject[];
  /** Statements in an order that works, each with the keys of the objects that it makes. */
  readonly statements: readonly (Statement & {
    readonly path: string | null;
    readonly makes: readonly string[];
  })[];
}

/** What brings a database to the wanted schema. */
export interface MigrationScript {
  readonly statements: readonly string[];
  /** What whoever applies it must know: data that is lost or read through, objects that are made again. */
  readonly notes: readonly string[];
}

/** Errors of CREATE OR REPLACE where the object must be dropped first. */
const NOT_REPLACEABLE = new Set(['42P13', '42P16', '42710', '42723', '42P07']);
const STILL_NEEDED = '2BP01';

/**
 * Brings the database that `client` is connected to, which has the old schema, to the wanted one inside the transaction that the
 * caller has begun, and answers how. Drops come
 * first (with everything that depends on what is dropped), then Prisma's own changes of tables, then objects in the order of
 * the files, then comments, rights and owners.
 *
 * @param tableChanges  Prisma's statements from the database as it was before the transaction to its schema
 * @throws TradingError `SCHEMA_SQL.STATEMENT_FAILED`, `SCHEMA_SQL.NOT_MIGRATABLE` where a difference would remain: a table's
 *   partitioning, a type that columns have
 */
export async function migrateTo(
  client: ClientBase,
  wanted: WantedSchema,
  tableChanges: readonly Statement[],
): Promise<MigrationScript> {
  const done: string[] = [];
  const notes: string[] = [];
  const run = async (sql: string) => {
    await runOne(client, sql);
    done.push(sql);
  };

  const before = await readInTransaction(client);
  const doomed = await whatToDrop(client, before, wanted, notes);
  for (const sql of await dropAll(client, doomed)) done.push(sql);

  for (const { text, code } of tableChanges) {
    // What Prisma drops, too, may be gone already with what it depended on.
    if (isDropOfPart(code) && !(await succeeds(client, code))) continue;
    await run(text);
    notes.push(...notesOnTable(code));
  }

  const missing = new Set(compareCatalogues(await readInTransaction(client), wanted.catalogue).map(keyOf));
  for (const { text, code, path, makes } of wanted.statements) {
    if (path === null || !makes.some((key) => missing.has(key))) continue;
    await run(text);
    notes.push(...notesOnObject(code, makes, wanted.catalogue));
  }

  for (const difference of compareCatalogues(await readInTransaction(client), wanted.catalogue)) {
    if (!LOOSE_KINDS.includes(difference.kind) && difference.kind !== 'schema') continue;
    for (const sql of looseChange(difference.before, difference.after)) await run(sql);
  }
  requireEqual(compareCatalogues(await readInTransaction(client), wanted.catalogue));
  return { statements: done, notes };
}

function requireEqual(left: readonly Difference[]): void {
  if (left.length === 0) return;
  const names = left.map(({ kind, name }) => `${kind} ${name}`);
  throw new TradingError(
    'SCHEMA_SQL.NOT_MIGRATABLE',
    `No migration is written, because after it these would still differ: ${names.join(', ')}. Write that change by hand into a migration of its own, then run this again`,
    { details: { objects: names } },
  );
}

async function whatToDrop(
  client: ClientBase,
  before: readonly CatalogueObject[],
  wanted: WantedSchema,
  notes: string[],
): Promise<CatalogueObject[]> {
  const byKey = new Map(before.map((object) => [keyOf(object), object]));
  const differences = compareCatalogues(before, wanted.catalogue);
  const tablesLeft = new Set(wanted.catalogue.filter(({ kind }) => kind === 'table').map(({ name }) => name));
  const first: CatalogueObject[] = [];
  for (const { kind, before: old, after } of differences) {
    // What belongs to a table that goes away goes with it.
    if (
      old === undefined ||
      !OBJECT_KINDS.includes(kind) ||
      (old.parent !== null && !tablesLeft.has(old.parent))
    )
      continue;
    if (isEnum(old) || (after !== undefined && (await isReplaceable(client, after, wanted)))) continue;
    first.push(old);
  }
  const found = new Set([
    ...(await dependantsOf(client, first, [])),
    // PostgreSQL itself adapts checks and indexes to a column, or drops them with it.
    ...[...(await dependantsOf(client, [], changedColumns(differences)))].filter(
      (key) => !/^(constraint|index) /.test(key),
    ),
  ]);
  const chosen = new Set(first.map(keyOf));
  const dependants = [...found].filter((key) => !chosen.has(key)).flatMap((key) => byKey.get(key) ?? []);
  for (const { kind, name } of dependants) {
    notes.push(`${kind} ${name} is dropped and made again, because it depends on something that changes`);
  }
  return [...first, ...dependants];
}

/** Enums are Prisma's. */
function isEnum({ kind, definition }: CatalogueObject): boolean {
  return kind === 'type' && definition.includes(' AS ENUM ');
}

/** Columns that are dropped or get another type: the others may change under a view. */
function changedColumns(differences: readonly Difference[]): ChangedColumn[] {
  const typeOf = (definition: string | undefined) =>
    definition?.split(/ (?:COLLATE|NOT NULL|GENERATED|DEFAULT) /)[0]?.replace(/ NOT NULL$/, '');
  return differences
    .filter(
      ({ kind, before, after }) =>
        kind === 'column' && before !== undefined && typeOf(before.definition) !== typeOf(after?.definition),
    )
    .map(({ name, before }) => ({
      table: before?.parent ?? '',
      column: name.slice((before?.parent ?? '').length + 1),
    }));
}

/** Whether the object's own statement replaces what is there; tried, and undone. */
async function isReplaceable(
  client: ClientBase,
  object: CatalogueObject,
  wanted: WantedSchema,
): Promise<boolean> {
  const statement = wanted.statements.find(
    ({ path, makes }) => path !== null && makes.includes(keyOf(object)),
  );
  if (statement === undefined || !/^CREATE OR REPLACE\b/i.test(statement.code)) return false;
  const error = await tried(client, statement.code, 'undo');
  // Anything else (a column that Prisma is still to add) has nothing to do with what is there.
  return !NOT_REPLACEABLE.has(codeOf(error) ?? '');
}

/** `DROP INDEX`, or a constraint alone. */
function isDropOfPart(code: string): boolean {
  return /^(DROP INDEX|ALTER TABLE \S+ DROP CONSTRAINT \S+;$)/.test(code);
}

async function succeeds(client: ClientBase, code: string): Promise<boolean> {
  return (await tried(client, code, 'undo')) === undefined;
}

/** Runs a statement so that its failure undoes nothing else; answers the failure. */
async function tried(client: ClientBase, code: string, then: 'keep' | 'undo'): Promise<unknown> {
  await client.query('SAVEPOINT tried');
  try {
    await client.query(code);
  } catch (error) {
    await client.query('ROLLBACK TO SAVEPOINT tried');
    return error;
  }
  await client.query(then === 'keep' ? 'RELEASE SAVEPOINT tried' : 'ROLLBACK TO SAVEPOINT tried');
  return undefined;
}

/** Drops them all, each when nothing needs it any more, and answers the statements in the order that worked. */
async function dropAll(client: ClientBase, objects: readonly CatalogueObject[]): Promise<string[]> {
  const done: string[] = [];
  let waiting = objects.map(dropOf);
  while (waiting.length > 0) {
    const later: string[] = [];
    let firstError: TradingError | undefined;
    for (const sql of waiting) {
      const error = await tried(client, sql, 'keep');
      if (error === undefined) done.push(sql);
      else if (codeOf(error) !== STILL_NEEDED) throw failed(error, sql);
      else {
        firstError ??= failed(error, sql);
        later.push(sql);
      }
    }
    if (later.length === waiting.length) throw firstError;
    waiting = later;
  }
  return done;
}

async function runOne(client: ClientBase, sql: string): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    throw failed(error, sql);
  }
}

function failed(error: unknown, sql: string): TradingError {
  const message = error instanceof Error ? error.message : String(error);
  const detail = (error as DatabaseError).detail;
  return new TradingError(
    'SCHEMA_SQL.STATEMENT_FAILED',
    `${message}${detail === undefined ? '' : ` (${detail})`}, in: ${sql.slice(0, 200)}`,
    { kind: 'operational', details: { sqlState: codeOf(error) }, cause: error },
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? (error as DatabaseError).code : undefined;
}

function notesOnTable(code: string): string[] {
  const table = /^(?:ALTER|DROP) TABLE (\S+)/.exec(code)?.[1]?.replaceAll('"', '').replace(/;$/, '');
  if (table === undefined) return [];
  return [
    ...(code.startsWith('DROP TABLE') ? [`table ${table} is dropped with its rows`] : []),
    ...(code.includes(' DROP COLUMN ') ? [`a column of ${table} is dropped with its values`] : []),
    ...(code.includes('SET DATA TYPE')
      ? [`${table} may be rewritten, and is locked meanwhile, because a column's type changes`]
      : []),
    ...(code.includes('SET NOT NULL')
      ? [`every row of ${table} is read, and the table locked meanwhile, because a column becomes NOT NULL`]
      : []),
    ...(code.includes('ADD COLUMN ') && code.includes('NOT NULL') && !code.includes('DEFAULT')
      ? [`${table} must be empty, because a column without a default is NOT NULL`]
      : []),
  ];
}

function notesOnObject(
  code: string,
  makes: readonly string[],
  catalogue: readonly CatalogueObject[],
): string[] {
  const parent = catalogue.find((object) => makes.includes(keyOf(object)))?.parent;
  if (/^ALTER TABLE [\s\S]* ADD CONSTRAINT /i.test(code))
    return [`every row of ${parent} is checked, and writers of the table wait meanwhile`];
  if (/^CREATE (UNIQUE )?INDEX /i.test(code))
    return [`every row of ${parent} is indexed, and writers of the table wait meanwhile`];
  return [];
}
