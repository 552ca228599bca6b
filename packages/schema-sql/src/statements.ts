import { type Token, tokensOf } from './tokens';

/** One SQL statement as it stands in a file. */
export interface Statement {
  /** The statement with the comments above it, without blank lines around. */
  readonly text: string;
  /** The statement alone: no comments before it. */
  readonly code: string;
}

/**
 * The statements of a script, each with the comments above it. A semicolon inside a quoted text, a comment or a `$$` body
 * ends nothing. `BEGIN ATOMIC` bodies are not supported: write the body as `$$ ... $$`.
 */
export function splitStatements(sql: string): Statement[] {
  const statements: Statement[] = [];
  let tokens: Token[] = [];
  for (const token of tokensOf(sql)) {
    tokens.push(token);
    if (token.kind !== 'symbol' || token.text !== ';') continue;
    statements.push(statementOf(tokens));
    tokens = [];
  }
  const rest = statementOf(tokens);
  return rest.code === '' ? statements : [...statements, rest];
}

function statementOf(tokens: readonly Token[]): Statement {
  const first = tokens.findIndex(({ kind }) => kind !== 'space' && kind !== 'comment');
  const join = (part: readonly Token[]) =>
    part
      .map(({ text }) => text)
      .join('')
      .trim();
  return { text: join(tokens), code: first < 0 ? '' : join(tokens.slice(first)) };
}
