import { TradingError } from '@trading/model';
import type { SqlFile } from './sqlFolder';
import { type Statement, splitStatements } from './statements';

/**
 * The statements that make the tables: Prisma's own script, but for what the SQL files say about a table.
 *
 * - A file `<schema>/partitions/<table>.sql` holds a `PARTITION BY` clause, which is added to that table.
 * - An index or a unique constraint that a file declares under the name that Prisma gives it is the file's: Prisma's
 *   statement is left out. This is how an index gets storage parameters, or a unique index becomes a constraint.
 *
 * @param options.partial  true where the script holds changes only, so that a partitioned table may be missing
 * @param prismaScript  what `prisma migrate diff --from-empty --script` prints
 * @throws TradingError `SCHEMA_SQL.NO_SUCH_TABLE` for a partition clause of a table that Prisma doesn't make
 */
export function tableStatements(
  prismaScript: string,
  files: readonly SqlFile[],
  options: { partial?: boolean } = {},
): Statement[] {
  const clauses = new Map(
    files
      .filter(({ phase }) => phase === 'partition')
      .map((file) => [tableOf(file.path), partitionClause(file)]),
  );
  const declared = new Set(
    files.flatMap(({ statements }) => statements.flatMap(({ code }) => declaredIndex(code) ?? [])),
  );
  const result: Statement[] = [];
  for (const statement of splitStatements(prismaScript)) {
    const table = /^CREATE TABLE "(\w+)"\."(\w+)"/.exec(statement.code);
    const clause = table === null ? undefined : clauses.get(`${table[1]}.${table[2]}`);
    const index = declaredIndex(statement.code);
    if (index !== undefined && declared.has(index)) continue;
    if (clause === undefined || table === null) {
      result.push(statement);
      continue;
    }
    clauses.delete(`${table[1]}.${table[2]}`);
    const partitioned = (sql: string) => `${sql.replace(/;$/, '').trimEnd()} ${clause}`;
    result.push({ text: partitioned(statement.text), code: partitioned(statement.code) });
  }
  if (options.partial === true) return result;
  for (const name of clauses.keys()) {
    throw new TradingError(
      'SCHEMA_SQL.NO_SUCH_TABLE',
      `There is a partition clause for ${name}, which the Prisma schema doesn't declare`,
      {
        details: { table: name },
      },
    );
  }
  return result;
}

/** `execution/partitions/orders.sql` is about `execution.orders`. */
function tableOf(path: string): string {
  const [schema = '', , file = ''] = path.split('/');
  return `${schema}.${file.replace(/\.sql$/, '')}`;
}

function partitionClause(file: SqlFile): string {
  const [clause, ...others] = file.statements;
  if (clause !== undefined && others.length === 0 && /^PARTITION BY\b/i.test(clause.code)) return clause.code;
  throw new TradingError(
    'SCHEMA_SQL.NO_PARTITION_CLAUSE',
    `${file.path} must hold one PARTITION BY clause and nothing else`,
    {
      details: { path: file.path },
    },
  );
}

/** The name of the index that a statement makes, directly or as that of a constraint. */
function declaredIndex(code: string): string | undefined {
  const index = /^CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?"?(\w+)"? ON/i.exec(code);
  const constraint = /^ALTER TABLE \S+\s+ADD CONSTRAINT "?(\w+)"? (?:UNIQUE|EXCLUDE)\b/i.exec(code);
  return index?.[1] ?? constraint?.[1];
}
