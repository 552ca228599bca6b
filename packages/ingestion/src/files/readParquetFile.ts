import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { TradingError } from '@trading/model';
import type { MappedColumn } from './mapping';
import { collectRows } from './readBars';
import type { Cell } from './readNumber';
import type { OpenFile, OpenOptions } from './readTextFile';
import { recogniseColumns } from './recognise';

const BATCH = 10_000;
/** Bytes of a footer: a file of ten thousand columns and row groups has less. */
const MAX_FOOTER = 64 * 1024 * 1024;

/**
 * Opens a Parquet file. Its footer is held to what the file can hold before a row is read: a wrong one must not keep a
 * run busy for ever. Only the mapped columns are read.
 *
 * @throws TradingError `INGESTION.NO_SUCH_FILE`, `INGESTION.MALFORMED_PARQUET`, `INGESTION.MALFORMED_HEADER`
 */
export async function openParquetFile(path: string, { signal, ...options }: OpenOptions): Promise<OpenFile> {
  const size = await sizeOf(path);
  // Loaded when it is needed: few runs read Parquet.
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import(
    'hyparquet'
  );
  const read = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw malformed(path, (error as Error).message, error);
    }
  };
  const file = await read(() => asyncBufferFromFile(path));
  await read(async () => {
    const footer = new DataView(await file.slice(Math.max(0, size - 8), size)).getUint32(0, true);
    if (footer > MAX_FOOTER || footer + 12 > size)
      throw new RangeError(`its footer says that it has ${footer} bytes`);
  });
  const metadata = await read(() => parquetMetadataAsync(file));
  const groups = metadata.row_groups.map(({ num_rows: rows, columns }) => {
    const stored = columns.reduce(
      (bytes, { meta_data: column }) => bytes + Number(column?.total_compressed_size ?? 0),
      0,
    );
    return { rows: Number(rows), stored };
  });
  const total = groups.reduce((sum, { rows }) => sum + rows, 0);
  const isWhole = groups.every(
    ({ rows, stored }) => Number.isSafeInteger(rows) && rows >= 0 && stored <= size && stored > 0,
  );
  if (!isWhole || total !== Number(metadata.num_rows)) {
    throw malformed(path, `its footer says that it has ${metadata.num_rows} rows, which it does not hold`);
  }
  const names = await read(async () => parquetSchema(metadata).children.map(({ element }) => element.name));
  // A damaged footer may leave a column without one.
  if (!names.every((name) => typeof name === 'string'))
    throw malformed(path, 'a column of its footer has no name');
  const plan = recogniseColumns(names, options);
  const columns = Object.values(plan.positions).map((position) => names[position] ?? '');
  const nameOf = (column: MappedColumn) => names[plan.positions[column] ?? -1];
  return {
    name: basename(path),
    plan,
    async *bars(dataSources, symbol, position) {
      const collected = collectRows(plan, dataSources, symbol);
      position.total = total;
      let line = 0;
      for (let start = 0; start < total; start += BATCH) {
        signal?.throwIfAborted();
        const rowEnd = Math.min(total, start + BATCH);
        const rows = await read(() =>
          parquetReadObjects({ file, metadata, columns, rowStart: start, rowEnd }),
        );
        // A group that holds fewer rows than it says would be asked for again and again.
        if (rows.length !== rowEnd - start)
          throw malformed(path, `it holds ${start + rows.length} rows and says ${total}`);
        for (const row of rows as Record<string, Cell>[]) {
          line += 1;
          collected.add(line, (column) => {
            const name = nameOf(column);
            return name === undefined ? undefined : (row[name] ?? null);
          });
        }
        position.read = rowEnd;
        yield collected.take();
      }
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return found.size;
  throw new TradingError(
    'INGESTION.NO_SUCH_FILE',
    `there is no file at ${path}${found === undefined ? '' : ': Parquet is read from its end, which a pipe or a folder has none of'}`,
    { details: { path } },
  );
}

function malformed(path: string, reason: string, cause?: unknown): TradingError {
  return new TradingError('INGESTION.MALFORMED_PARQUET', `${path} can't be read as Parquet: ${reason}`, {
    details: { path },
    cause,
  });
}
