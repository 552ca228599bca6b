// @ts-check

import { DriverAdapterError } from '@prisma/driver-adapter-utils';
import pg from 'pg';

/** How many lines to show around the one that failed. */
const contextLines = 2;

/**
 * What PostgreSQL said of a statement or a script, in full: its message, detail and hint, and the
 * lines of the script around the place.
 */
export class ScriptError extends DriverAdapterError {
  /**
   * @param {pg.DatabaseError} error
   * @param {string} script
   */
  constructor(error, script) {
    const description = describe(error, script);
    super({
      kind: 'postgres',
      // The engine rewords the codes that it knows into sentences about models ("The underlying table
      // for model …") and drops the rest, so it sees a code that it does not know.
      code: 'script',
      severity: error.severity ?? 'ERROR',
      message: description,
      detail: undefined,
      column: undefined,
      hint: undefined,
    });
    /** @readonly */
    this.script = script;
    /** PostgreSQL's SQLSTATE. @readonly */
    this.sqlState = error.code ?? 'unknown';
    /** @readonly */
    this.description = `${error.severity ?? 'ERROR'}: ${description}`;
  }
}

/**
 * @param {pg.DatabaseError} error
 * @param {string} script
 */
function describe(error, script) {
  return [
    `${error.message} (SQLSTATE ${error.code})`,
    error.detail && `DETAIL: ${error.detail}`,
    error.hint && `HINT: ${error.hint}`,
    error.where && `CONTEXT: ${error.where}`,
    error.position && excerpt(script, Number(error.position)),
  ]
    .filter(Boolean)
    .join('\n');
}

/**
 * @param {string} script
 * @param {number} position the character that PostgreSQL named, from 1
 */
function excerpt(script, position) {
  // PostgreSQL counts code points, JavaScript's strings UTF-16 units.
  const before = Array.from(script)
    .slice(0, position - 1)
    .join('');
  const line = before.split('\n').length;
  const first = Math.max(1, line - contextLines);
  const shown = script
    .trimEnd()
    .split('\n')
    .slice(first - 1, line + contextLines);
  const width = String(first + shown.length - 1).length;
  return [
    `\nLine ${line}:`,
    ...shown.map((text, index) => {
      const number = first + index;
      return `${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${text}`;
    }),
  ].join('\n');
}
