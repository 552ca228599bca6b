import type { Sql } from '@trading/database';

/** A list that is read a page at a time. */
export interface ListQuery<Filter extends string = string> {
  /** SELECT and FROM, without conditions. */
  readonly text: string;
  /** What it is ordered by: unique, and never changed. */
  readonly key: {
    readonly column: string;
    readonly type: 'bigint' | 'text';
    readonly order: 'ASC' | 'DESC';
  };
  /** Conditions by the filter's name, `?` where its value goes; a filter without a value doesn't count. */
  readonly filters: Readonly<Record<Filter, string>>;
}

/** Declares a list. */
export function listQuery<Filter extends string>(query: ListQuery<Filter>): ListQuery<Filter> {
  return query;
}

/** Which part of a list is wanted. */
export interface PageRequest<Filter extends string> {
  readonly filters: Readonly<Partial<Record<Filter, unknown>>>;
  readonly limit: number;
  /** The key of the last item of the page before. */
  readonly after?: string | undefined;
}

/** A part of a list. */
export interface Page<Item> {
  readonly data: Item[];
  /** The key of its last item, where there are more. */
  readonly lastKey: string | null;
}

/** Reads a page. The text is made of constants: every value is bound. @throws TradingError `DATABASE.*` */
export async function readPage<Item, Filter extends string>(
  sql: Sql,
  { text, key, filters }: ListQuery<Filter>,
  request: PageRequest<Filter>,
): Promise<Page<Item>> {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const conditions = (Object.entries(filters) as [Filter, string][]).flatMap(([name, condition]) => {
    const value = request.filters[name];
    return value === undefined || value === null ? [] : [condition.replace('?', () => bind(value))];
  });
  if (request.after !== undefined)
    conditions.push(`${key.column} ${key.order === 'ASC' ? '>' : '<'} ${bind(request.after)}::${key.type}`);
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const columns = text.replace('SELECT', () => `SELECT ${key.column}::text AS "cursorKey",`);
  const rows = await sql.query<{ cursorKey: string } & Record<string, unknown>>(
    `${columns}${where} ORDER BY ${key.column} ${key.order} LIMIT ${bind(request.limit + 1)}`,
    values,
  );
  const page = rows.slice(0, request.limit);
  const data = page.map(({ cursorKey: _key, ...item }) => item as Item);
  return { data, lastKey: rows.length > request.limit ? (page.at(-1)?.cursorKey ?? null) : null };
}
