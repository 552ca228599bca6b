import type { Pool, PoolClient, QueryResultRow } from 'pg';
import type { LastStatement } from './commitTogether';
import { normalizeError } from './normalizeError';

/** Runs statements: a pool, one connection, or a transaction; `pg` and Prisma each through its own adapter. */
export interface Sql {
  /**
   * @param values  bound to `$1`, `$2`, ...: never spliced into the text
   * @param name    prepares the statement once a connection under this name; give it to small, frequent statements
   * @throws TradingError `DATABASE.*`
   */
  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]>;
}

/** An open transaction on one connection of a service's pool. */
export interface Transaction extends Sql {
  /**
   * Keeps a statement for the end: it is sent in one message with COMMIT, in the order of these calls, and costs no round
   * trip of its own. What it throws, the transaction throws. Not every transaction can.
   */
  readonly atCommit?: (statement: LastStatement) => void;
  /** The connection itself, for what needs the wire: COPY. */
  readonly client: PoolClient;
}

/** Sends a statement together with COMMIT where the transaction can do that, and at once where it can't. */
export async function sendLast(sql: Sql | Transaction, statement: LastStatement): Promise<void> {
  if ('atCommit' in sql && sql.atCommit !== undefined) sql.atCommit(statement);
  else await sql.query(statement.text, statement.values, statement.name);
}

/** Statements on a pool, each in a transaction of its own. */
export function poolSql(pool: Pool): Sql {
  return { query: (text, values, name) => run(pool, text, values, name) };
}

/** Statements on one connection that the caller holds. */
export function clientSql(client: PoolClient): Transaction {
  return { client, query: (text, values, name) => run(client, text, values, name) };
}

/** The part of a Prisma client, or of its interactive transaction, that runs SQL. */
export interface PrismaSqlRunner {
  $queryRawUnsafe<T>(query: string, ...values: unknown[]): Promise<T>;
}

/** Statements inside a Prisma client's transaction, so that an event can be published with what it tells of. */
export function prismaSql(client: PrismaSqlRunner): Sql {
  return {
    async query<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []) {
      try {
        return await client.$queryRawUnsafe<Row[]>(text, ...values);
      } catch (error) {
        throw normalizeError(error);
      }
    },
  };
}

async function run<Row extends QueryResultRow>(
  runner: Pool | PoolClient,
  text: string,
  values: readonly unknown[] = [],
  name?: string,
): Promise<Row[]> {
  try {
    const result = await runner.query<Row>({
      text,
      values: [...values],
      ...(name === undefined ? {} : { name }),
    });
    return result.rows;
  } catch (error) {
    throw normalizeError(error);
  }
}
