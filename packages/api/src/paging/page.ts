import type { Sql } from '@trading/database';
import { type ListQuery, readPage } from '../sql/readPage';
import { cursorOf, keyOf } from './cursor';

/** A page as it is answered. */
export interface AnsweredPage<Item> {
  readonly data: Item[];
  readonly nextCursor: string | null;
}

/** The query of a list: `limit`, `cursor`, and its filters. */
interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly [filter: string]: unknown;
}

/**
 * Reads a page of a list by a request's query: `limit`, `cursor`, and what else there is, which the cursor is bound to.
 *
 * @param list     names the list, so that a cursor of another one is refused
 * @param filters  as the list knows them
 * @throws ApiProblem `API.INVALID_CURSOR`, `API.CURSOR_OF_ANOTHER_QUERY`
 */
export async function page<Item, Filter extends string>(
  sql: Sql,
  query: ListQuery<Filter>,
  list: string,
  { limit, cursor, ...given }: PageQuery,
  filters: Readonly<Partial<Record<Filter, unknown>>>,
): Promise<AnsweredPage<Item>> {
  const of = { ...given, list };
  const { data, lastKey } = await readPage<Item, Filter>(sql, query, {
    filters,
    limit,
    after: cursor === undefined ? undefined : keyOf(of, cursor, query.key.type),
  });
  return { data, nextCursor: lastKey === null ? null : cursorOf(of, lastKey) };
}
