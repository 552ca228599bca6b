/**
 * The definition of a view as PostgreSQL 16 and later write it, from that of an earlier version: there the columns of a
 * query with a single relation carry that relation's name, except inside its subqueries. A query of several relations is
 * written alike by both.
 */
export function unqualifiedView(definition: string): string {
  const relation = singleRelation(definition);
  if (relation === undefined) return definition;
  let result = '';
  let depth = 0;
  /** Depths at which a subquery began. */
  const subqueries: number[] = [];
  for (const token of definition.matchAll(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|\(\s*(?:SELECT|VALUES|WITH)\b|[\s\S]/g,
  )) {
    const text = token[0];
    if (text.startsWith('(')) {
      depth += 1;
      if (text.length > 1) subqueries.push(depth);
    } else if (text === ')') {
      if (subqueries.at(-1) === depth) subqueries.pop();
      depth -= 1;
    }
    if (subqueries.length === 0 && text === '.' && result.endsWith(relation)) {
      const before = result.slice(0, -relation.length);
      if (!/[\w.]$/.test(before)) {
        result = before;
        continue;
      }
    }
    result += text;
  }
  return result;
}

/** The name that the only relation of the outermost query goes by; undefined where there are several, or none. */
function singleRelation(definition: string): string | undefined {
  const outermost = withoutParentheses(definition);
  const from =
    /\sFROM\s+(?:ONLY\s+)?(?:[\w"]+\.)?([\w"]+)(?:\s+(?:AS\s+)?(?!WHERE\b|GROUP\b|ORDER\b|HAVING\b|LIMIT\b|WINDOW\b|UNION\b)([\w"]+))?\s*(,|\w*\s*JOIN\b|WHERE\b|GROUP\b|ORDER\b|HAVING\b|LIMIT\b|WINDOW\b|;|$)/.exec(
      outermost,
    );
  if (from === null || /\b(UNION|INTERSECT|EXCEPT)\b/.test(outermost)) return undefined;
  if (from[3] === ',' || from[3]?.endsWith('JOIN')) return undefined;
  return from[2] ?? from[1];
}

function withoutParentheses(text: string): string {
  let depth = 0;
  let result = '';
  for (const character of text) {
    if (character === '(') depth += 1;
    if (depth === 0) result += character;
    if (character === ')') depth -= 1;
  }
  return result;
}
