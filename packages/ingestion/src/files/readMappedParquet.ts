import { stat } from 'node:fs/promises';
import { TradingError } from '@trading/model';
import type { BarColumns } from '../bulk/barColumns';
import type { FilePosition } from './filePosition';
import { collectRows } from './mappedColumns';
import { type FileMapping, type MappedColumn, mappedPositions } from './mapping';
import type { Cell } from './readValues';

const BATCH = 10_000;

/**
 * The bars of a Parquet file, in batches of a few thousand rows, as fast as they are taken. Reads the mapped columns
 * only; `position` is kept up.
 *
 * @throws TradingError `INGESTION.NO_SUCH_FILE`, `INGESTION.MALFORMED_PARQUET`, `INGESTION.MALFORMED_HEADER`
 */
export async function* readMappedParquet(
  path: string,
  mapping: FileMapping,
  dataSource: string,
  symbol: string,
  position: FilePosition,
): AsyncGenerator<BarColumns> {
  await requireFile(path);
  // Loaded when it is needed: few runs read Parquet.
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import(
    'hyparquet'
  );
  const read = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw new TradingError(
        'INGESTION.MALFORMED_PARQUET',
        `${path} can't be read as Parquet: ${(error as Error).message}`,
        {
          details: { path },
          cause: error,
        },
      );
    }
  };
  const file = await read(() => asyncBufferFromFile(path));
  const metadata = await read(() => parquetMetadataAsync(file));
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  const positions = mappedPositions(mapping, names);
  const columns = Object.values(positions).map((position) => names[position] ?? '');
  const nameOf = (column: MappedColumn) => names[positions[column] ?? -1];
  const collected = collectRows(mapping, dataSource, symbol);
  position.total = Number(metadata.num_rows);
  for (let start = 0; start < position.total; start += BATCH) {
    const rowEnd = Math.min(position.total, start + BATCH);
    const rows = await read(() => parquetReadObjects({ file, metadata, columns, rowStart: start, rowEnd }));
    for (const row of rows as Record<string, Cell>[]) {
      collected.add((column) => {
        const name = nameOf(column);
        return name === undefined ? undefined : (row[name] ?? null);
      });
    }
    position.read = rowEnd;
    yield collected.take();
  }
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return;
  throw new TradingError('INGESTION.NO_SUCH_FILE', `there is no file at ${path}`, { details: { path } });
}
