import { Decimal, isTradingError } from '@trading/model';
import Table from 'cli-table3';
import { forTerminal, jsonForTerminal, style } from './terminal';

/** Where a command reports: its result on stdout, one JSON object or text for people; everything else on stderr. */
export interface Output {
  readonly json: boolean;
  /** The command's result. Called once. */
  result(data: object, text: () => string): void;
  /** One of many results, as it comes: with `--json`, one JSON object a line. */
  line(data: object, text: () => string): void;
  /** What is being done now; left out with `--json`. */
  say(message: string): void;
  error(error: unknown): void;
}

/** Reports to this process's stdout and stderr; nothing else that is read from outside may be written to either. */
export function createOutput(options: { json: boolean; debug: boolean }): Output {
  return {
    json: options.json,
    result: (data, text) => {
      process.stdout.write(`${options.json ? toJson(data) : forTerminal(text())}\n`);
    },
    line: (data, text) => {
      process.stdout.write(`${options.json ? toJson(data, 0) : forTerminal(text())}\n`);
    },
    say: (message) => {
      if (!options.json) process.stderr.write(`${forTerminal(message)}\n`);
    },
    error: (error) => {
      if (options.json) process.stdout.write(`${toJson({ error: errorFields(error) })}\n`);
      else process.stderr.write(`${forTerminal(`${style.red('error')} ${messageFor(error)}`)}\n`);
      if (options.debug && error instanceof Error)
        process.stderr.write(`${forTerminal(error.stack ?? '')}\n`);
    },
  };
}

/** JSON with decimals as text, as they are in events, and bigints as numbers where those are exact. */
function toJson(data: object, indent = 2): string {
  const json = JSON.stringify(
    data,
    (_key, value: unknown) => {
      if (typeof value === 'bigint')
        return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
      return Decimal.isDecimal(value) ? value.toString() : value;
    },
    indent,
  );
  return jsonForTerminal(json);
}

function errorFields(error: unknown): object {
  if (isTradingError(error)) {
    const { code, message, kind, transient, details } = error;
    return { code, message, kind, transient, details };
  }
  return { code: 'CLI.BUG', message: error instanceof Error ? error.message : String(error), kind: 'bug' };
}

function messageFor(error: unknown): string {
  if (isTradingError(error)) return `${error.message} ${style.dim(`(${error.code})`)}`;
  const message = error instanceof Error ? error.message : String(error);
  return `${message}\n${style.dim('This looks like a mistake in the program. TRADING_DEBUG=1 shows where.')}`;
}

/** A plain table for a terminal. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: head.map((cell) => style.bold(cell)),
    style: { head: [], border: [], compact: true },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}
