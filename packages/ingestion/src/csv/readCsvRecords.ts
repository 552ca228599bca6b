import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { TradingError } from '@trading/model';
import { CsvError, parse } from 'csv-parse';

/** One line of a CSV file. */
export interface CsvRecord {
  /** From 1; the header is line 1. */
  readonly line: number;
  /** Bytes of the file read so far. */
  readonly bytes: number;
  readonly fields: readonly string[];
}

/** A CSV file that is open, with its header read. */
export interface CsvFile {
  /** The file's name, without its folder. */
  readonly name: string;
  readonly bytes: number;
  readonly header: readonly string[];
  /** The lines after the header, as they are read. */
  readonly records: AsyncIterable<CsvRecord>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A line longer than this is no CSV of ours: a binary file must not be held in memory whole. */
const MAX_LINE_BYTES = 64 * 1024;

/**
 * Opens a CSV file of one record a line and reads its header. A quote never spans lines here, so that a stray one
 * spoils its own line only.
 *
 * @throws TradingError `INGESTION.NO_SUCH_FILE`, `INGESTION.UNREADABLE_FILE`, `INGESTION.EMPTY_FILE`, and while reading
 * `INGESTION.MALFORMED_CSV`
 */
export async function openCsv(path: string): Promise<CsvFile> {
  const { file, size } = await openFile(path);
  const records = readRecords(file, path);
  try {
    const first = await records.next();
    if (first.done === true) {
      throw new TradingError('INGESTION.EMPTY_FILE', `${path} is empty; its first line must be the header`, {
        details: { path },
      });
    }
    return {
      name: basename(path),
      bytes: size,
      header: first.value.fields,
      records,
      [Symbol.asyncDispose]: async () => {
        await records.return(undefined);
      },
    };
  } catch (error) {
    await records.return(undefined);
    throw error;
  }
}

async function openFile(path: string): Promise<{ file: FileHandle; size: number }> {
  try {
    const file = await open(path, 'r');
    const stat = await file.stat();
    if (!stat.isDirectory()) return { file, size: stat.size };
    await file.close();
    throw new TradingError('INGESTION.UNREADABLE_FILE', `${path} is a folder; name a CSV file`, {
      details: { path },
    });
  } catch (error) {
    if (error instanceof TradingError) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw reason === 'ENOENT' || reason === 'ENOTDIR'
      ? new TradingError('INGESTION.NO_SUCH_FILE', `there is no file at ${path}`, {
          details: { path },
          cause: error,
        })
      : new TradingError('INGESTION.UNREADABLE_FILE', `${path} can't be read: ${reason}`, {
          details: { path, reason },
          cause: error,
        });
  }
}

async function* readRecords(file: FileHandle, path: string): AsyncGenerator<CsvRecord, undefined, undefined> {
  const input = createReadStream(path, { fd: file, autoClose: false });
  const parser = input.pipe(
    parse({
      bom: true,
      quote: false,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
      max_record_size: MAX_LINE_BYTES,
    }),
  );
  input.on('error', (error) => parser.destroy(error));
  try {
    for await (const { record, info } of parser) {
      yield { line: info.lines, bytes: info.bytes, fields: record.map(unquoted) };
    }
  } catch (error) {
    throw readingError(error, path);
  } finally {
    input.destroy();
    await file.close();
  }
  return undefined;
}

function unquoted(field: string): string {
  return field.length >= 2 && field.startsWith('"') && field.endsWith('"')
    ? field.slice(1, -1).replaceAll('""', '"').trim()
    : field;
}

function readingError(error: unknown, path: string): TradingError {
  if (error instanceof CsvError) {
    const line = typeof error.lines === 'number' ? error.lines : undefined;
    return new TradingError(
      'INGESTION.MALFORMED_CSV',
      `${path} is not a CSV file${line === undefined ? '' : ` at line ${line}`}: ${error.message}`,
      { details: { path, line: line ?? null, reason: error.code }, cause: error },
    );
  }
  return new TradingError('INGESTION.UNREADABLE_FILE', `${path} can't be read to its end`, {
    kind: 'operational',
    details: { path, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' },
    cause: error,
  });
}
