import { randomUUID } from 'node:crypto';
import type { Transaction } from '@trading/database';
import type { BarRow, SourceRow } from './barRow';
import { yearRanges } from './bulk/yearsOf';
import { changedRows } from './changedRows';
import type { EventPublisher } from './publisher';
import { describeRejectedRow, type RejectedRow } from './rejectedRow';
import { ensurePartitions } from './sql/ensurePartitions';
import { insertRejectedRows, ROW_VALIDATION } from './sql/insertRejectedRows';
import { type SeriesChange, upsertBars } from './sql/upsertBars';
import { type TimeRange, timeRange } from './timeRange';
import type { WriterSession } from './writerSession';

/** One committed chunk: the bars that it spans, and what it changed in each series. */
export interface IngestedChunk extends TimeRange {
  readonly changes: readonly SeriesChange[];
}

/** What has been done so far. Bars count once for each series, rows once for the source. */
export interface IngestionCounts {
  readonly rows: number;
  readonly rejectedRows: number;
  /** Rows whose prices carried more decimals than the column holds. */
  readonly roundedRows: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
}

/** A source's rows, and what to do around storing them. */
export interface RowIngestion {
  readonly symbol: string;
  /** The series that a row has bars of. The first is the one that findings are recorded for. */
  readonly dataSources: readonly [string, ...string[]];
  /** Where the rows come from, for findings: a file's name. */
  readonly origin: string;
  /** Where the source stands after a row. */
  readonly cursorOf: (row: BarRow) => string;
  /** Rows in batches: what a batch has in common with the database is found with one query. */
  readonly batches: AsyncIterable<readonly SourceRow[]>;
  /** Rows in a transaction. */
  readonly chunkBars: number;
  readonly publisher: EventPublisher;
  readonly afterChunk?: ((chunk: IngestedChunk) => Promise<void>) | undefined;
  readonly onCounts?: ((counts: IngestionCounts) => void) | undefined;
  /** Ends the ingestion before its next chunk. */
  readonly signal?: AbortSignal | undefined;
}

/** How it ended. */
export interface RowIngestionResult {
  readonly counts: IngestionCounts;
  /** The first of the rejected rows, at most {@link MAX_REJECTED_KEPT}. */
  readonly rejected: readonly RejectedRow[];
  readonly interrupted: boolean;
  /** What the valid rows span; null when there was none. */
  readonly range: TimeRange | null;
}

/** All rejected rows are in data_quality_logs; a summary must not grow with a broken file. */
export const MAX_REJECTED_KEPT = 1_000;

/**
 * Stores a source's rows in chunks. A chunk is one transaction: its bars in every series, each series'
 * ingestion_status and a `market_data_updated` for each series that changed. Bars that are stored already cost one
 * query a batch. Rejected rows are recorded, and a `data_quality_failed` published for each, with the batch that they
 * came in.
 */
export async function ingestRows(
  session: WriterSession,
  ingestion: RowIngestion,
): Promise<RowIngestionResult> {
  const { symbol, dataSources, chunkBars } = ingestion;
  const stopped = () => ingestion.signal?.aborted === true;
  const counts = { rows: 0, rejectedRows: 0, roundedRows: 0, inserted: 0, updated: 0, unchanged: 0 };
  const rejectedKept: RejectedRow[] = [];
  let range: TimeRange | null = null;
  const result = (interrupted: boolean) => ({ counts, rejected: rejectedKept, interrupted, range });

  let cutShort = false;
  const batches = untilStopped(ingestion, () => {
    cutShort = true;
  });
  for await (const batch of batches) {
    if (stopped()) return result(true);
    const rejected = batch.filter((row) => row.kind === 'rejected');
    const rows = batch.filter((row) => row.kind === 'bars');
    if (rejected.length > 0) await session.transaction((tx) => recordRejected(tx, ingestion, rejected));
    rejectedKept.push(...rejected.slice(0, MAX_REJECTED_KEPT - rejectedKept.length));
    counts.rows += batch.length;
    counts.rejectedRows += rejected.length;
    counts.roundedRows += rows.filter((row) => row.rounded).length;
    range = spanOf(rows, range) ?? null;

    const changed = await changedRows(session.sql, symbol, dataSources, rows);
    counts.unchanged += barsIn(rows) - barsIn(changed);
    const years = changed.map(({ timestamp }) => timestamp.getUTCFullYear());
    for (const toStore of yearRanges(years)) await ensurePartitions(session.sql, toStore);
    ingestion.onCounts?.({ ...counts });

    for (let start = 0; start < changed.length; start += chunkBars) {
      if (stopped()) return result(true);
      const chunk = changed.slice(start, start + chunkBars);
      const changes = await session.transaction((tx) => storeChunk(tx, ingestion, chunk));
      for (const change of changes) {
        counts.inserted += change.inserted;
        counts.updated += change.updated;
      }
      ingestion.onCounts?.({ ...counts });
      const span = spanOf(chunk);
      if (changes.length > 0 && span !== undefined) await ingestion.afterChunk?.({ ...span, changes });
    }
  }
  return result(cutShort);
}

/** A source that was stopped while it waited for an answer ends there; that is no failure of it. */
async function* untilStopped(
  { batches, signal }: RowIngestion,
  onStopped: () => void,
): AsyncGenerator<readonly SourceRow[]> {
  try {
    yield* batches;
  } catch (error) {
    if (signal?.aborted !== true || error !== signal.reason) throw error;
    onStopped();
  }
}

async function storeChunk(
  tx: Transaction,
  { symbol, publisher, cursorOf }: RowIngestion,
  chunk: readonly BarRow[],
): Promise<readonly SeriesChange[]> {
  const bars = chunk.flatMap((row) => row.bars);
  const last = chunk.at(-1);
  const cursor = last === undefined ? '' : cursorOf(last);
  const changes = await upsertBars(tx, symbol, bars, cursor);
  // The series of one chunk are one chain: what follows from either can be found from the other.
  const correlationId = randomUUID();
  if (changes.length > 0) {
    await publisher.publishAll(
      tx,
      changes.map((change) => ({
        type: 'market_data_updated',
        data: {
          symbol,
          dataSource: change.dataSource,
          from: change.first.toISOString(),
          to: change.last.toISOString(),
          inserted: change.inserted,
          updated: change.updated,
        },
        correlationId,
        occurredAt: change.last,
      })),
    );
  }
  return changes;
}

async function recordRejected(
  tx: Transaction,
  { symbol, dataSources, origin, publisher }: RowIngestion,
  rejected: readonly RejectedRow[],
): Promise<void> {
  await insertRejectedRows(tx, symbol, dataSources[0], origin, rejected);
  await publisher.publishAll(
    tx,
    rejected.map((row) => ({
      type: 'data_quality_failed',
      data: {
        symbol,
        dataSource: dataSources[0],
        checkType: ROW_VALIDATION,
        barTimestamp: row.timestamp?.toISOString() ?? null,
        message: describeRejectedRow(row),
      },
    })),
  );
}

function barsIn(rows: readonly BarRow[]): number {
  return rows.reduce((sum, row) => sum + row.bars.length, 0);
}

function spanOf(rows: readonly BarRow[], earlier: TimeRange | null = null): TimeRange | undefined {
  const starts = rows.map((row) => row.timestamp);
  return timeRange(earlier === null ? starts : [earlier.first, earlier.last, ...starts]);
}
