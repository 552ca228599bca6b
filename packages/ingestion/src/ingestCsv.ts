import { performance } from 'node:perf_hooks';
import { parseSymbol, TradingError } from '@trading/model';
import type { SourceRow } from './barRow';
import { type CsvFile, openCsv } from './csv/readCsvRecords';
import { YAHOO_SERIES, yahooRowReader } from './csv/yahooForm';
import { inBatches } from './inBatches';
import type { IngestionTools } from './ingestionTools';
import type { IngestedChunk, IngestionCounts } from './ingestRows';
import { keepingStatus } from './keepingStatus';
import type { RejectedRow } from './rejectedRow';
import type { TimeRange } from './timeRange';
import { asOnlyWriter } from './writerSession';

/** How far an ingestion is. */
export interface IngestionProgress extends IngestionCounts {
  readonly bytesRead: number;
  readonly bytesTotal: number;
}

/** Which file to load, and what to do around it. */
export interface CsvIngestion {
  /** A file of Yahoo's daily form. */
  readonly path: string;
  readonly symbol: string;
  /** Rows of the file in one transaction, 1 to 50 000. 5 000. */
  readonly chunkBars?: number;
  /** Called after each commit that changed something, outside of any transaction; ingestion waits for it. */
  readonly afterChunk?: (chunk: IngestedChunk) => Promise<void>;
  readonly onProgress?: (progress: IngestionProgress) => void;
  /** Ends the ingestion after the chunk that is being stored. */
  readonly signal?: AbortSignal;
}

/** What became of a file. Bars count once for each series, rows once for the file. */
export interface CsvSummary extends IngestionCounts {
  readonly symbol: string;
  readonly dataSources: readonly string[];
  /** The file's name. */
  readonly file: string;
  /** What the valid rows span; null when there was none. */
  readonly range: TimeRange | null;
  /** The first 1000 rejected rows; all of them are in data_quality_logs. */
  readonly rejected: readonly RejectedRow[];
  /** Whether `signal` ended it before the file's end. */
  readonly interrupted: boolean;
  readonly elapsedMs: number;
}

const DEFAULT_CHUNK_BARS = 5_000;
const MAX_CHUNK_BARS = 50_000;

/**
 * Loads a CSV file of Yahoo's daily form into `yahoo` (as quoted) and `yahoo_adjusted`. Good rows are stored, bad ones
 * recorded and reported; bars that are there already are left alone, so that the same file again changes nothing.
 *
 * @throws TradingError `INGESTION.NO_SUCH_FILE`, `.UNREADABLE_FILE`, `.EMPTY_FILE`, `.MALFORMED_HEADER` before anything
 * is touched; `.MALFORMED_CSV` in the middle; `.ALREADY_RUNNING`, `.INVALID_CHUNK`; `MODEL.INVALID_SYMBOL`; `DATABASE.*`
 */
export async function ingestCsv(tools: IngestionTools, request: CsvIngestion): Promise<CsvSummary> {
  const started = performance.now();
  const symbol = parseSymbol(request.symbol);
  const chunkBars = checkedChunkBars(request.chunkBars ?? DEFAULT_CHUNK_BARS);
  await using file = await openCsv(request.path);
  const rows = readRows(file, symbol, tools.clock());
  const batches = inBatches(rows.source, Math.max(chunkBars, DEFAULT_CHUNK_BARS));
  const series = YAHOO_SERIES.map((dataSource) => ({ symbol, dataSource }));

  const result = await asOnlyWriter(tools.pool, series, (session) =>
    keepingStatus(tools, session, {
      symbol,
      dataSources: YAHOO_SERIES,
      origin: file.name,
      cursorOf: ({ line }) => `line ${line}`,
      batches: notEmpty(batches, request.path),
      chunkBars,
      publisher: tools.publisher,
      afterChunk: request.afterChunk,
      onCounts: (counts) =>
        request.onProgress?.({ ...counts, bytesRead: rows.bytesRead(), bytesTotal: file.bytes }),
      signal: request.signal,
    }),
  );
  const { counts, ...rest } = result;
  return {
    symbol,
    dataSources: YAHOO_SERIES,
    file: file.name,
    ...counts,
    ...rest,
    elapsedMs: performance.now() - started,
  };
}

function checkedChunkBars(chunkBars: number): number {
  if (Number.isInteger(chunkBars) && chunkBars >= 1 && chunkBars <= MAX_CHUNK_BARS) return chunkBars;
  throw new TradingError(
    'INGESTION.INVALID_CHUNK',
    `chunkBars is ${chunkBars}; it must be a whole number from 1 to ${MAX_CHUNK_BARS}`,
    { details: { field: 'chunkBars', value: chunkBars } },
  );
}

function readRows(
  file: CsvFile,
  symbol: string,
  now: Date,
): { source: AsyncIterable<SourceRow>; bytesRead(): number } {
  const read = yahooRowReader(symbol, file.header, now);
  let bytes = 0;
  async function* source(): AsyncGenerator<SourceRow> {
    for await (const record of file.records) {
      bytes = record.bytes;
      yield read(record);
    }
  }
  return { source: source(), bytesRead: () => bytes };
}

/** A header alone is no data: most likely the download failed. */
async function* notEmpty<T>(batches: AsyncIterable<T>, path: string): AsyncGenerator<T> {
  let empty = true;
  for await (const batch of batches) {
    empty = false;
    yield batch;
  }
  if (empty) {
    throw new TradingError('INGESTION.EMPTY_FILE', `${path} has a header and no rows`, { details: { path } });
  }
}
