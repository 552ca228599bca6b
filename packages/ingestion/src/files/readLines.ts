import { TradingError } from '@trading/model';
import type { Input } from './openInput';

/** One line of a text file with what is in it. */
export interface TextRow {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** A line longer than this is no table: a binary file must not be held in memory whole. */
const MAX_LINE = 64 * 1024;

/**
 * The lines of an input that are not blank. A record never spans lines, so that a stray quote spoils its own line only.
 *
 * @throws TradingError `INGESTION.MALFORMED_CSV` for a line of more than 64 k characters
 */
export async function* readLines(input: Input): AsyncGenerator<TextRow> {
  let line = 0;
  let rest = '';
  for await (const piece of input.text) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      line += 1;
      checkLength(text, line, input);
      if (text.trim() !== '') yield { line, text };
    }
    checkLength(rest, line + 1, input);
  }
  if (rest.trim() !== '') yield { line: line + 1, text: rest };
}

function checkLength(text: string, line: number, { name }: Input): void {
  if (text.length <= MAX_LINE) return;
  throw new TradingError(
    'INGESTION.MALFORMED_CSV',
    `${name} is no table of text: line ${line} has more than ${MAX_LINE} characters`,
    { details: { name, line } },
  );
}

/** The fields of a line, without quotes and the spaces around them. */
export function splitFields(text: string, delimiter: string): string[] {
  if (!text.includes('"')) return text.split(delimiter).map((field) => field.trim());
  const fields: string[] = [];
  for (let at = 0; at <= text.length; ) {
    let start = at;
    while (text[start] === ' ') start += 1;
    const closing = text[start] === '"' ? closingQuote(text, start, delimiter) : -1;
    if (closing >= 0) {
      fields.push(
        text
          .slice(start + 1, closing)
          .replaceAll('""', '"')
          .trim(),
      );
      at = text.indexOf(delimiter, closing);
    } else {
      const end = text.indexOf(delimiter, at);
      fields.push(text.slice(at, end < 0 ? text.length : end).trim());
      at = end;
    }
    if (at < 0) return fields;
    at += 1;
  }
  return fields;
}

/** The quote that ends a field: the next thing after it is a delimiter or the line's end; -1 where there is none. */
function closingQuote(text: string, opening: number, delimiter: string): number {
  for (let at = text.indexOf('"', opening + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    if (text[at + 1] === '"') {
      at += 1;
      continue;
    }
    const after = text.slice(at + 1, at + 9).trimStart();
    if (after === '' || after[0] === delimiter) return at;
  }
  return -1;
}
