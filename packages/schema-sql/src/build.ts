import { TradingError } from '@trading/model';
import type { ClientBase, DatabaseError } from 'pg';
import type { SqlFile } from './sqlFolder';
import type { Statement } from './statements';

/** A statement in its place: when it ran, and where it stands. */
export interface AppliedStatement extends Statement {
  /** File that it stands in; null for what Prisma wrote. */
  readonly path: string | null;
  /** The transaction that it ran in: what it made carries this number in the catalogue. */
  readonly xid: string;
}

interface Source {
  readonly path: string | null;
  readonly statements: readonly Statement[];
}

/** Something that the statement needs is not there yet. */
const NOT_YET = new Set(['42P01', '42883', '42704', '42703', '3F000', '42P16']);

/**
 * Makes the whole schema in an empty database, each statement in a transaction of its own, and answers the statements in
 * the order in which they worked. What needs something that isn't there yet is tried again after the others, so files
 * need not be named in the order of what they need.
 *
 * @param onObjects  called when all objects are there and nothing of `_after` has run: a GRANT would write an object's row again
 * @throws TradingError `SCHEMA_SQL.STATEMENT_FAILED` with the file and PostgreSQL's message
 */
export async function buildSchema(
  client: ClientBase,
  files: readonly SqlFile[],
  tables: readonly Statement[],
  onObjects: () => Promise<void> = async () => undefined,
): Promise<AppliedStatement[]> {
  const of = (phase: SqlFile['phase']): Source[] => files.filter((file) => file.phase === phase);
  const applied: AppliedStatement[] = [];
  await applyAll(client, of('before'), applied);
  // Each of Prisma's statements by itself: a default may call a function that the files make.
  await applyAll(
    client,
    [...tables.map((statement) => ({ path: null, statements: [statement] })), ...of('object')],
    applied,
  );
  await onObjects();
  await applyAll(client, of('after'), applied);
  return applied;
}

async function applyAll(
  client: ClientBase,
  sources: readonly Source[],
  applied: AppliedStatement[],
): Promise<void> {
  let waiting = sources;
  for (;;) {
    const later: Source[] = [];
    let firstError: TradingError | undefined;
    for (const { path, statements } of waiting) {
      for (const [position, statement] of statements.entries()) {
        try {
          applied.push({ ...statement, path, xid: await applyOne(client, statement) });
        } catch (error) {
          const failure = failed(error, path, statement);
          if (!NOT_YET.has(codeOf(error) ?? '')) throw failure;
          firstError ??= failure;
          later.push({ path, statements: statements.slice(position) });
          break;
        }
      }
    }
    if (firstError === undefined) return;
    const left = (list: readonly Source[]) =>
      list.reduce((sum, { statements }) => sum + statements.length, 0);
    if (left(later) === left(waiting)) throw firstError;
    waiting = later;
  }
}

async function applyOne(client: ClientBase, { code }: Statement): Promise<string> {
  await client.query('BEGIN');
  try {
    await client.query(code);
    const { rows } = await client.query<{ xid: string }>('SELECT pg_current_xact_id()::xid::text AS xid');
    await client.query('COMMIT');
    return rows[0]?.xid ?? '';
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? (error as DatabaseError).code : undefined;
}

function failed(error: unknown, path: string | null, statement: Statement): TradingError {
  const message = error instanceof Error ? error.message : String(error);
  return new TradingError(
    'SCHEMA_SQL.STATEMENT_FAILED',
    `${path ?? "Prisma's script"}: ${message}, in the statement that begins with ${JSON.stringify(statement.code.slice(0, 80))}`,
    { kind: 'operational', details: { path, sqlState: codeOf(error) }, cause: error },
  );
}

/** One script that makes what the statements made, in the same order; a line names the file before its statements. */
export function scriptOf(applied: readonly AppliedStatement[], header: string, folder: string): string {
  const parts: string[] = [header];
  let current: string | null | undefined;
  for (const { path, text } of applied) {
    if (path !== current) {
      parts.push(path === null ? '-- From prisma/schema' : `-- ${folder}/${path}`);
      current = path;
    }
    parts.push(text);
  }
  return `${parts.join('\n\n')}\n`;
}
