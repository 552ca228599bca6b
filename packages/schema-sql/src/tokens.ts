/** A piece of SQL: what a script's ends and a view's names depend on, and no finer. */
export interface Token {
  readonly kind: 'comment' | 'space' | 'quoted' | 'word' | 'symbol';
  readonly text: string;
  readonly start: number;
}

/**
 * The pieces of an SQL script, one after the other; together they are the script. Quoted texts (dollar-quoted ones too) and
 * comments are one piece each, whatever is in them. Goes through the text once, however long it is.
 */
export function* tokensOf(sql: string): Generator<Token> {
  let start = 0;
  while (start < sql.length) {
    const { kind, end } = tokenAt(sql, start);
    yield { kind, text: sql.slice(start, end), start };
    start = end;
  }
}

function tokenAt(sql: string, start: number): { kind: Token['kind']; end: number } {
  const character = sql.charAt(start);
  if (isSpace(character)) return { kind: 'space', end: endWhile(sql, start, isSpace) };
  if (sql.startsWith('--', start)) return { kind: 'comment', end: after(sql, '\n', start) };
  if (sql.startsWith('/*', start)) return { kind: 'comment', end: after(sql, '*/', start + 2) };
  if (character === "'") return { kind: 'quoted', end: endOfQuoted(sql, start, false) };
  if (character === '"') return { kind: 'quoted', end: endOfQuoted(sql, start, false) };
  if ((character === 'e' || character === 'E') && sql.charAt(start + 1) === "'") {
    return { kind: 'quoted', end: endOfQuoted(sql, start + 1, true) };
  }
  if (isWord(character))
    return { kind: 'word', end: endWhile(sql, start, (next) => isWord(next) || next === '$') };
  const tag = character === '$' ? dollarTag(sql, start) : undefined;
  if (tag !== undefined) return { kind: 'quoted', end: after(sql, tag, start + tag.length) };
  return { kind: 'symbol', end: start + 1 };
}

/** Where a quoted text ends whose quote stands at `start`: a quote in it is doubled, or after a backslash where `escapes`. */
function endOfQuoted(sql: string, start: number, escapes: boolean): number {
  const quote = sql.charAt(start);
  let position = start + 1;
  while (position < sql.length) {
    const character = sql.charAt(position);
    if (escapes && character === '\\') position += 2;
    else if (character !== quote) position += 1;
    else if (sql.charAt(position + 1) === quote) position += 2;
    else return position + 1;
  }
  return sql.length;
}

/** `$$` or `$tag$` at `start`; undefined for a parameter such as `$1`. */
function dollarTag(sql: string, start: number): string | undefined {
  const end = endWhile(sql, start + 1, isWord);
  if (sql.charAt(end) !== '$' || isDigit(sql.charAt(start + 1))) return undefined;
  return sql.slice(start, end + 1);
}

function after(sql: string, text: string, from: number): number {
  const found = sql.indexOf(text, from);
  return found < 0 ? sql.length : found + text.length;
}

function endWhile(sql: string, start: number, holds: (character: string) => boolean): number {
  let end = start;
  while (end < sql.length && holds(sql.charAt(end))) end += 1;
  return end;
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function isWord(character: string): boolean {
  return /^[\p{L}\p{N}_]$/u.test(character);
}
