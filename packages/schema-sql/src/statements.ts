/** One SQL statement as it stands in a file. */
export interface Statement {
  /** The statement with the comments above it, without blank lines around. */
  readonly text: string;
  /** The statement alone: no comments before it. */
  readonly code: string;
}

/** What a statement is made of, as far as the end of it depends on that: comments, quoted text, dollar-quoted bodies. */
const TOKEN =
  /--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?\1|[A-Za-z_][\w$]*|;|[\s\S]/g;

/**
 * The statements of a script, each with the comments above it. A semicolon inside a quoted text, a comment or a `$$` body
 * ends nothing. `BEGIN ATOMIC` bodies are not supported: write the body as `$$ ... $$`.
 */
export function splitStatements(sql: string): Statement[] {
  const statements: Statement[] = [];
  let start = 0;
  for (const token of sql.matchAll(TOKEN)) {
    if (token[0] !== ';') continue;
    add(statements, sql.slice(start, token.index + 1));
    start = token.index + 1;
  }
  const rest = sql.slice(start);
  if (withoutLeadingComments(rest) !== '') add(statements, rest);
  return statements;
}

function add(statements: Statement[], source: string): void {
  const text = source.trim();
  statements.push({ text, code: withoutLeadingComments(text) });
}

function withoutLeadingComments(sql: string): string {
  return sql.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '').trim();
}
