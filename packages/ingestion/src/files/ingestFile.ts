import { basename } from 'node:path';
import { parseDataSource, parseSymbol } from '@trading/model';
import { type BulkCounts, type BulkIngestion, type BulkSummary, bulkIngest } from '../bulk/bulkIngest';
import type { IngestionTools } from '../ingestionTools';
import type { FilePosition } from './filePosition';
import type { FileMapping } from './mapping';
import { readMappedCsv } from './readMappedCsv';
import { readMappedParquet } from './readMappedParquet';

/** A file of any form, and what its columns mean. */
export interface FileIngestion extends Omit<BulkIngestion, 'source' | 'origin' | 'onProgress'> {
  /** `.parquet` is read as Parquet, anything else as CSV. */
  readonly path: string;
  readonly dataSource: string;
  /** Whose bars they are; those that name no symbol of their own. */
  readonly symbol: string;
  readonly mapping: FileMapping;
  readonly onProgress?: (progress: FileProgress) => void;
}

/** What became of the rows so far, and how far the file has been read. */
export interface FileProgress extends BulkCounts {
  readonly position: Readonly<FilePosition>;
}

/**
 * Loads a CSV or Parquet file by a mapping, through {@link bulkIngest}: rows that can't be read or break a rule are
 * recorded and left out. Rows are counted from 1 without the header.
 *
 * @throws TradingError `INGESTION.NO_SUCH_FILE`, `.EMPTY_FILE`, `.MALFORMED_HEADER`, `.MALFORMED_CSV`,
 * `.MALFORMED_PARQUET`, and what bulk ingest throws
 */
export async function ingestFile(
  tools: IngestionTools,
  { path, dataSource, symbol, mapping, onProgress, ...options }: FileIngestion,
): Promise<BulkSummary> {
  parseSymbol(symbol);
  parseDataSource(dataSource);
  const parquet = path.endsWith('.parquet');
  const position: FilePosition = { unit: parquet ? 'rows' : 'bytes', read: 0, total: 0 };
  const read = parquet ? readMappedParquet : readMappedCsv;
  return bulkIngest(tools, {
    ...options,
    origin: basename(path),
    source: read(path, mapping, dataSource, symbol, position),
    onProgress: (counts) => onProgress?.({ ...counts, position: { ...position } }),
  });
}
