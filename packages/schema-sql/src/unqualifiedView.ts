import { type Token, tokensOf } from './tokens';

/**
 * The definition of a view as PostgreSQL 16 and later write it, from that of an earlier version: there the columns of a
 * query with a single relation carry that relation's name, except inside its subqueries. A query of several relations is
 * written alike by both.
 */
export function unqualifiedView(definition: string): string {
  const tokens = [...tokensOf(definition)];
  const relation = singleRelation(outermost(tokens));
  if (relation === undefined) return definition;
  let result = '';
  let depth = 0;
  /** Depths at which a subquery began. */
  const subqueries: number[] = [];
  for (let i = 0; i < tokens.length; i += 1) {
    const { text } = tokens[i] as Token;
    if (text === '(') {
      depth += 1;
      const inside = tokens.slice(i + 1, i + 3).find(({ kind }) => kind !== 'space');
      if (inside !== undefined && ['SELECT', 'VALUES', 'WITH'].includes(inside.text)) subqueries.push(depth);
    } else if (text === ')') {
      if (subqueries.at(-1) === depth) subqueries.pop();
      depth -= 1;
    }
    const qualifies = text === relation && tokens[i + 1]?.text === '.' && tokens[i - 1]?.text !== '.';
    if (qualifies && subqueries.length === 0) i += 1;
    else result += text;
  }
  return result;
}

/** The words and symbols that stand outside of all parentheses. */
function outermost(tokens: readonly Token[]): string[] {
  let depth = 0;
  const found: string[] = [];
  for (const { kind, text } of tokens) {
    if (text === ')') depth -= 1;
    if (depth === 0 && kind !== 'space') found.push(text);
    if (text === '(') depth += 1;
  }
  return found;
}

const SET_OPERATIONS = ['UNION', 'INTERSECT', 'EXCEPT'];
const CLAUSES = ['WHERE', 'GROUP', 'ORDER', 'HAVING', 'LIMIT', 'OFFSET', 'FETCH', 'WINDOW', ';'];

/** The name that the only relation of the outermost query goes by; undefined where there are several, or none. */
function singleRelation(words: readonly string[]): string | undefined {
  if (words.some((word) => SET_OPERATIONS.includes(word))) return undefined;
  const from = words.lastIndexOf('FROM');
  if (from < 0) return undefined;
  const end = words.findIndex((word, position) => position > from && CLAUSES.includes(word));
  const relations = words.slice(from + 1, end < 0 ? undefined : end);
  // `schema.table alias` and nothing else: a comma, a JOIN, a function's parentheses are more.
  if (relations.some((word) => word === ',' || word === 'JOIN' || word === ')')) return undefined;
  return relations.at(-1);
}
