/** How deep data may be nested: `JSON.stringify` fails at some thousand levels, and nobody means so many. */
const DEEPEST = 100;

/** How long an event's data may be, characters about. A larger thing is stored elsewhere, and its name is published. */
const LONGEST = 16_000_000;

/** Problems that are named: one is enough to refuse an event. */
const PROBLEMS_AT_MOST = 5;

/**
 * Why data can't be stored as JSON and read again as it was: too deep, too long, of a kind that JSON doesn't have, or text
 * that PostgreSQL refuses. Found when an event is published, so that it is that event's error and no other's.
 *
 * @returns a sentence for each problem, with the field; none where all is well
 */
export function unstorable(data: unknown): string[] {
  const problems: string[] = [];
  let length = 0;
  const refuse = (path: readonly string[], why: string) => {
    if (problems.length < PROBLEMS_AT_MOST) problems.push(`${path.slice(0, 10).join('.') || 'data'}: ${why}`);
  };
  const walk = (value: unknown, path: readonly string[]): void => {
    if (problems.length >= PROBLEMS_AT_MOST || length > LONGEST) return;
    length += 4;
    if (typeof value === 'string') {
      length += value.length;
      if (value.includes('\0')) refuse(path, 'text must not have a NUL');
      else if (HALF_A_PAIR.test(value)) refuse(path, 'text must not have half of a surrogate pair');
    } else if (typeof value === 'number') {
      if (!Number.isFinite(value)) refuse(path, `a number must be finite, not ${value}`);
    } else if (value === null || value === undefined || typeof value === 'boolean') return;
    else if (typeof value !== 'object') refuse(path, `JSON has no ${typeof value}; publish it as text`);
    else if (path.length >= DEEPEST) refuse(path, `data may be nested ${DEEPEST} levels deep at most`);
    else if (Array.isArray(value))
      for (const [index, item] of value.entries()) walk(item, [...path, String(index)]);
    else
      for (const [key, item] of Object.entries(value)) {
        length += key.length;
        if (key.includes('\0')) refuse(path, 'the name of a field must not have a NUL');
        walk(item, [...path, key]);
      }
  };
  walk(data, []);
  if (length > LONGEST) refuse([], `an event may hold ${LONGEST} characters at most`);
  return problems;
}

/** One half of a surrogate pair without the other, which no encoding of text has. */
const HALF_A_PAIR = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
