import { performance } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { clientSql, poolSql } from '@trading/database';
import { parseDataSource, parseSymbol, TradingError } from '@trading/model';
import type { IngestionTools } from '../ingestionTools';
import { onConnection } from '../onConnection';
import type { RejectedRow } from '../rejectedRow';
import type { SeriesKey } from '../seriesKey';
import { finishSeries } from '../sql/finishSeries';
import { lockRun, unlockRun } from '../sql/lockRun';
import { startIngestion } from '../sql/startIngestion';
import type { TimeRange } from '../timeRange';
import { type BarColumns, halvesOf } from './barColumns';
import { bucketOf } from './bucket';
import type { Chunk } from './chunk';
import { Lane } from './lane';
import { isStorable, rowProblems } from './rowProblems';
import type { StoredChunk } from './storeChunk';

/** Bars to load, and how. */
export interface BulkIngestion {
  /** Bars in any order, of any number of series, in batches of any size; read as fast as they are stored. */
  readonly source: AsyncIterable<BarColumns> | Iterable<BarColumns>;
  /** Where they come from, for findings and errors. */
  readonly origin: string;
  /** Rows in one transaction. 100 000. */
  readonly chunkRows?: number;
  /** How many chunks may be stored at once, each of other series: 1 to 8. 1. The run holds one connection more. */
  readonly connections?: number;
  /** Stores what a batch of the source brought before the next is asked for. Otherwise a chunk is filled first. */
  readonly eachBatch?: boolean;
  /** Called after each commit, outside of any transaction; the lane of the chunk waits for it. */
  readonly afterChunk?: (stored: StoredChunk) => Promise<void>;
  readonly onProgress?: (counts: BulkCounts) => void;
  /** Stops after the chunks that are being stored. */
  readonly signal?: AbortSignal;
}

/** What became of the rows so far. */
export interface BulkCounts {
  /** Rows read from the source. */
  readonly rows: number;
  /** Bars count once for each series. */
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejectedRows: number;
  /** Rows whose numbers had more decimals than the columns hold, and were rounded. */
  readonly roundedRows: number;
  /** Rows that hold no bar at all, and were passed over. */
  readonly emptyRows: number;
}

/** What became of the whole source. */
export interface BulkSummary extends BulkCounts {
  readonly series: number;
  readonly chunks: number;
  /** What the bars that may be stored span; null when there was none. */
  readonly range: TimeRange | null;
  /** The first 1000 rejected rows, with their place in the source; all of them are in data_quality_logs. */
  readonly rejected: readonly RejectedRow[];
  readonly interrupted: boolean;
  readonly elapsedMs: number;
}

/** What is known of a run before its first row. */
export interface KnownRun {
  /** Its series: they are running from the first moment, and have failed where not even a row came. */
  readonly series?: readonly SeriesKey[];
  /** Where the source stands, to be kept in `ingestion_status`, by the last bar of a chunk. The line, unless given. */
  readonly cursorOf?: (lastBar: Date) => string;
  /** Throws where the run may not go on: asked before each chunk. */
  readonly checkGoing?: () => void;
}

const DEFAULT_CHUNK_ROWS = 100_000;
/** Rows that are taken in before the process sees to its connections: a fraction of a millisecond. */
const ROWS_A_TURN = 1_024;
const MAX_REJECTED_KEPT = 1_000;
/** About a thousand years to either side of 1970. */
const LOGGABLE_MS = Date.UTC(3000, 0, 1);

/**
 * Loads bars at the speed of COPY, with what an upsert promises: a bar is stored once, corrected only where it differs,
 * and never lost or doubled, whoever else writes the same series. Each chunk is one transaction, with its events and
 * status. Rows that break a rule are recorded and left out. Memory is that of two chunks a connection.
 *
 * @throws TradingError `INGESTION.INVALID_CHUNK`, `MODEL.INVALID_SYMBOL`, `MODEL.INVALID_DATA_SOURCE`, `DATABASE.*`, or
 * what the source throws; what was committed stays
 */
export async function bulkIngest(
  tools: IngestionTools,
  request: BulkIngestion,
  run: KnownRun = {},
): Promise<BulkSummary> {
  const size = checked(request);
  const startedAt = tools.clock();
  return onConnection(tools.pool, async (client, discard) => {
    const sql = clientSql(client);
    await lockRun(sql, startedAt);
    try {
      return await runBulk(tools, request, size, startedAt, run);
    } finally {
      await unlockRun(sql, startedAt).catch(discard);
    }
  });
}

async function runBulk(
  tools: IngestionTools,
  request: BulkIngestion,
  { chunkRows, connections }: ReturnType<typeof checked>,
  startedAt: Date,
  { series: announced = [], cursorOf, checkGoing = () => {} }: KnownRun,
): Promise<BulkSummary> {
  const started = performance.now();
  const counts = {
    rows: 0,
    inserted: 0,
    updated: 0,
    unchanged: 0,
    rejectedRows: 0,
    roundedRows: 0,
    emptyRows: 0,
  };
  const rejected: RejectedRow[] = [];
  const span = { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
  let chunks = 0;
  const series = new Map<string, SeriesKey>();
  const stopped = () => request.signal?.aborted === true;
  const context = (chunk: Chunk) => ({
    publisher: tools.publisher,
    origin: request.origin,
    startedAt,
    cursor:
      cursorOf === undefined || !Number.isFinite(chunk.last)
        ? `line ${chunk.lastLine}`
        : cursorOf(new Date(chunk.last)),
  });
  const onStored = async (stored: StoredChunk) => {
    chunks += 1;
    counts.inserted += stored.inserted;
    counts.updated += stored.updated;
    counts.unchanged += stored.unchanged;
    counts.rejectedRows += stored.rejectedRows;
    request.onProgress?.({ ...counts });
    await request.afterChunk?.(stored);
  };
  const lanes = Array.from(
    { length: connections },
    () => new Lane(tools.pool, chunkRows, context, onStored, checkGoing, stopped),
  );
  const laneOf = (key: SeriesKey) => lanes[bucketOf(key) % connections] ?? lanes[0];

  const finish = (status: 'completed' | 'idle' | 'failed', error: string | null) =>
    finishSeries(poolSql(tools.pool), [...series.values()], startedAt, status, tools.clock(), error);
  for (const key of announced) series.set(`${key.symbol} ${key.dataSource}`, key);
  const summary = (): BulkSummary => ({
    ...counts,
    ...{ series: series.size, chunks, rejected },
    range: span.first <= span.last ? { first: new Date(span.first), last: new Date(span.last) } : null,
    interrupted: stopped(),
    elapsedMs: performance.now() - started,
  });
  await startIngestion(poolSql(tools.pool), announced, startedAt);
  try {
    for await (const columns of request.source) {
      if (stopped()) break;
      for (const key of columns.series) {
        const name = `${key.symbol} ${key.dataSource}`;
        if (series.has(name)) continue;
        parseSymbol(key.symbol);
        parseDataSource(key.dataSource);
        series.set(name, key);
      }
      await distribute(
        columns,
        laneOf,
        { rowsBefore: counts.rows, now: tools.clock().getTime(), span },
        (row) => {
          if (rejected.length < MAX_REJECTED_KEPT) rejected.push(row);
        },
        stopped,
      );
      counts.rows += columns.sourceRows || columns.rows;
      counts.roundedRows += columns.roundedRows ?? 0;
      counts.emptyRows += columns.emptyRows ?? 0;
      for (const lane of lanes)
        if ((request.eachBatch === true || lane.full) && !stopped()) await lane.flush();
    }
    if (!stopped()) for (const lane of lanes) await lane.flush();
    for (const lane of lanes) await lane.settle();
    await finish(stopped() ? 'idle' : 'completed', null);
  } catch (error) {
    await Promise.allSettled(lanes.map((lane) => lane.settle()));
    // A source that was stopped while it waited for an answer ends there; that is no failure of it.
    if (stopped() && error === request.signal?.reason) {
      await finish('idle', null);
      return summary();
    }
    const message = error instanceof Error ? error.message : String(error);
    await finish('failed', message).catch((statusError: unknown) => {
      tools.log('error', 'ingestion_status was not updated', {
        origin: request.origin,
        cause: String(statusError),
      });
    });
    throw error;
  }
  return summary();
}

function checked({ chunkRows = DEFAULT_CHUNK_ROWS, connections = 1 }: BulkIngestion) {
  const refuse = (field: string, value: number, most: number) => {
    throw new TradingError(
      'INGESTION.INVALID_CHUNK',
      `${field} is ${value}; it must be a whole number from 1 to ${most}`,
      { details: { field, value } },
    );
  };
  if (!Number.isInteger(chunkRows) || chunkRows < 1 || chunkRows > 1_000_000)
    refuse('chunkRows', chunkRows, 1_000_000);
  if (!Number.isInteger(connections) || connections < 1 || connections > 8)
    refuse('connections', connections, 8);
  return { chunkRows, connections };
}

interface BatchPlace {
  readonly rowsBefore: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** What the valid bars span so far. */
  readonly span: { first: number; last: number };
}

/** Hands each row to the lane of its series, which is always the same one: two lanes never want the same lock. */
async function distribute(
  columns: BarColumns,
  laneOf: (key: SeriesKey) => Lane | undefined,
  { rowsBefore, now, span }: BatchPlace,
  onRejected: (row: RejectedRow) => void,
  stopped: () => boolean,
): Promise<void> {
  const volumes = halvesOf(columns.volume);
  const places = columns.series.map((key) => ({
    key,
    lane: laneOf(key),
    chunk: undefined as Chunk | undefined,
    index: 0,
  }));
  let lastRejected = 0;
  for (let row = 0; row < columns.rows; row++) {
    const place = places[columns.seriesOf[row] as number];
    const lane = place?.lane;
    if (place === undefined || lane === undefined) {
      throw new TradingError(
        'INGESTION.INVALID_COLUMNS',
        `row ${row} is of series ${columns.seriesOf[row]}, of which there is none`,
        {
          kind: 'bug',
        },
      );
    }
    const line = columns.lines?.[row] || rowsBefore + row + 1;
    // Bars of one row of the source go into one transaction, so that a chunk is full only before the next row.
    if (lane.full && line !== lane.chunk.lastLine) {
      if (stopped()) return;
      await lane.flush();
    }
    if (place.chunk !== lane.chunk) {
      place.chunk = lane.chunk;
      place.index = lane.chunk.seriesIndex(place.key);
    }
    lane.chunk.reach(line);
    const unreadable = columns.unreadable?.get(row);
    const timestamp = columns.timestamp[row] as number;
    if (unreadable === undefined && isStorable(columns, row, volumes, now)) {
      lane.chunk.append(place.index, columns, row, volumes);
      if (timestamp < span.first) span.first = timestamp;
      if (timestamp > span.last) span.last = timestamp;
    } else if (line !== lastRejected) {
      // A row that is no bar in one series is none in the others: it is one finding, of the first.
      lastRejected = line;
      const rejected: RejectedRow = {
        line,
        // What no calendar of PostgreSQL's or ours would print stays in the finding's text only.
        timestamp: Math.abs(timestamp) < LOGGABLE_MS ? new Date(Math.trunc(timestamp)) : null,
        problems: unreadable ?? rowProblems(columns, row, now),
      };
      lane.chunk.rejected.push({ series: place.index, row: rejected });
      onRejected(rejected);
    }
    // A chunk that is being filled in one go would keep the server waiting with the one before it.
    if ((rowsBefore + row) % ROWS_A_TURN === 0) await turn();
  }
}
