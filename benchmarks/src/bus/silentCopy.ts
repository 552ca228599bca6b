import type { QueryResult, QueryResultRow } from 'pg';

/** What statements run on: a client or a pool of the owner's, or the superuser's. */
interface Queryable {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<Row>>;
}

/**
 * Makes a copy of a function of execution's that lacks nothing but publishing.
 *
 * @returns the copy's name, with its schema
 * @throws RangeError where the function doesn't publish by statements of its own
 */
export async function createSilentCopy(database: Queryable, name: string): Promise<string> {
  const { rows } = await database.query<{ definition: string }>(
    'SELECT pg_get_functiondef($1::regproc) AS definition',
    [`execution.${name}`],
  );
  const [{ definition } = { definition: '' }] = rows;
  const copy = `execution.${name}_silently`;
  const renamed = definition.replace(`execution.${name}`, copy);
  const silent = withoutPublishing(renamed);
  if (silent === renamed || silent.includes('event_bus'))
    throw new RangeError(`execution.${name} does not publish by statements of its own any more`);
  await database.query(silent);
  await database.query(`GRANT EXECUTE ON FUNCTION ${copy} TO trading_execution`);
  return copy;
}

/** Puts nothing in the place of each statement that publishes. */
function withoutPublishing(definition: string): string {
  const [before = '', ...statements] = definition.split('INSERT INTO event_bus.outbox ');
  return [before, ...statements.map((text) => `NULL;${text.slice(text.indexOf(';') + 1)}`)].join('');
}
