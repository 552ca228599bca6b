import { createHash } from 'node:crypto';
import { ApiProblem } from '../problems/apiProblem';

/**
 * A cursor names the last item of a page and the query that it is of: in another query it would lead anywhere. It holds no
 * secret and gives no right, so it is not signed.
 */
export function cursorOf(query: object, lastKey: string): string {
  return Buffer.from(JSON.stringify([digest(query), lastKey])).toString('base64url');
}

/** The key in a cursor. @throws ApiProblem 400 `API.INVALID_CURSOR`, `API.CURSOR_OF_ANOTHER_QUERY` */
export function keyOf(query: object, cursor: string, type: 'bigint' | 'text'): string {
  const [of, key] = parse(cursor);
  if (of !== digest(query))
    throw new ApiProblem(
      400,
      'API.CURSOR_OF_ANOTHER_QUERY',
      'the cursor is of a query with other filters; send the same ones, or no cursor to begin anew',
    );
  if (type === 'bigint' && !/^\d{1,18}$/.test(key)) throw invalid();
  return key;
}

function digest(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return createHash('sha256')
    .update(JSON.stringify(given.sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest('base64url')
    .slice(0, 12);
}

function parse(cursor: string): [string, string] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(value) &&
      value.length === 2 &&
      typeof value[0] === 'string' &&
      typeof value[1] === 'string'
    )
      return [value[0], value[1].replaceAll('\0', '')];
  } catch {
    // Told of below, like anything else that is none.
  }
  throw invalid();
}

function invalid(): ApiProblem {
  return new ApiProblem(
    400,
    'API.INVALID_CURSOR',
    'cursor is none that this API gave; take `nextCursor` of the page before',
  );
}
