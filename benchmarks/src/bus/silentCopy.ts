import type { QueryResult, QueryResultRow } from 'pg';

/** What statements run on: a client or a pool of the owner's, or the superuser's. */
interface Queryable {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<Row>>;
}

/**
 * Makes copies of functions of execution's that call one another, and lack nothing but publishing.
 *
 * @param names  without the schema; each copy calls the copies of the others
 * @returns a copy's name, with its schema
 * @throws RangeError where none of the functions publishes by statements of its own
 */
export async function createSilentCopies(
  database: Queryable,
  names: readonly string[],
): Promise<(name: string) => string> {
  const silentName = (name: string) => `execution.${name}_silently`;
  let removed = 0;
  // The innermost first: a function is compiled against those that it calls.
  for (const name of names) {
    const { rows } = await database.query<{ definition: string }>(
      'SELECT pg_get_functiondef($1::regproc) AS definition',
      [`execution.${name}`],
    );
    const [{ definition } = { definition: '' }] = rows;
    const renamed = names.reduce(
      (text, each) => text.replaceAll(`execution.${each}(`, `${silentName(each)}(`),
      definition,
    );
    const silent = withoutPublishing(renamed);
    if (silent !== renamed) removed += 1;
    await database.query(silent);
    await database.query(`GRANT EXECUTE ON FUNCTION ${silentName(name)} TO trading_execution`);
  }
  if (removed === 0) throw new RangeError(`none of ${names.join(', ')} publishes by statements of its own`);
  return silentName;
}

/** Puts nothing in the place of each statement that publishes. */
function withoutPublishing(definition: string): string {
  const [before = '', ...statements] = definition.split('INSERT INTO event_bus.outbox ');
  return [before, ...statements.map((text) => `NULL;${text.slice(text.indexOf(';') + 1)}`)].join('');
}
