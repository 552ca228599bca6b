import { readFile } from 'node:fs/promises';
import { TradingError } from '@trading/model';

/**
 * Reads a JSON object that a command is given as a file.
 *
 * @throws TradingError `CLI.UNREADABLE_FILE`, `CLI.INVALID_JSON` naming the file
 */
export async function readJsonFile(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new TradingError('CLI.UNREADABLE_FILE', `${path} can't be read: ${error.message}`);
  });
  return jsonObject(text, path);
}

/** Reads a JSON object. @param what  of it, for the error @throws TradingError `CLI.INVALID_JSON` */
export function jsonObject(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TradingError('CLI.INVALID_JSON', `${what} is no JSON: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new TradingError('CLI.INVALID_JSON', `${what} must be a JSON object, like {"fast":10,"slow":30}`);
}

/** Leaves out what was not given. */
export function given(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Reads an option that is a list: `AAPL,MSFT`. */
export function commaSeparated(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
