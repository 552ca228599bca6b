import { randomUUID } from 'node:crypto';
import { sendTogether, setPipeline, type Transaction } from '@trading/database';
import type { EventPublisher, IngestionEvent } from '../publisher';
import { describeRejectedRow } from '../rejectedRow';
import type { SeriesChange } from '../seriesChange';
import type { SeriesKey } from '../seriesKey';
import { copyNewBars } from '../sql/copyNewBars';
import { correctBars } from '../sql/correctBars';
import { insertFewBars } from '../sql/insertFewBars';
import { insertRejectedRows, ROW_VALIDATION } from '../sql/insertRejectedRows';
import { lockBuckets } from '../sql/lockBuckets';
import { moveIngestion, type SeriesMove } from '../sql/moveIngestion';
import { planOnce } from '../sql/planOnce';
import { halvesOf } from './barColumns';
import { bucketOf } from './bucket';
import { type Chunk, type ChunkSeries, isSmall } from './chunk';
import { readStored } from './readStored';
import { resolveSeries, type SeriesPlan } from './resolveSeries';
import { rowsOfSeries } from './rowsOfSeries';

/** What one committed chunk did. */
export interface StoredChunk {
  /** One entry for each series that changed. */
  readonly changes: readonly SeriesChange[];
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejectedRows: number;
  /** How far it brought its series, where that was not written down: see `ChunkContext.isKnown`. */
  readonly unwritten: readonly SeriesMove[];
}

/** What goes with a chunk's bars into its transaction. */
export interface ChunkContext {
  readonly publisher: EventPublisher;
  /** Where the rows come from, for findings. */
  readonly origin: string;
  /** When the run began. */
  readonly startedAt: Date;
  /** Where the source stands after the chunk. */
  readonly cursor: string | null;
  /** How far chunks before it brought their series, which is not written down yet. */
  readonly unwritten: readonly SeriesMove[];
  /** Whether it is written down that the run is at a series. Then a chunk that changes nothing writes nothing. */
  readonly isKnown: (key: SeriesKey) => boolean;
}

/**
 * Writes a chunk inside a transaction: new bars by COPY, those that differ by an upsert, those that are there with the
 * same values not at all; with them the rejected rows, each series' ingestion_status and its event.
 *
 * @throws TradingError `DATABASE.UNIQUE_VIOLATION` when somebody who takes no lock stored one of the bars meanwhile
 */
export async function storeChunk(tx: Transaction, chunk: Chunk, context: ChunkContext): Promise<StoredChunk> {
  const { columns } = chunk;
  const series = chunk.series();
  const plans = await lockAndPlan(tx, chunk, series);
  const insert = plans.map((plan) => plan.insert).filter((rows) => rows.length > 0);
  if (insert.length > 0 && isSmall(chunk))
    await insertFewBars(
      tx,
      columns,
      insert.flatMap((rows) => Array.from(rows)),
    );
  else if (insert.length > 0) await copyNewBars(tx, columns, insert);
  await correctBars(
    tx,
    columns,
    plans.flatMap((plan) => plan.update),
  );

  const changes = plans.flatMap((plan, index) => changeOf(series[index], plan, chunk));
  const moved = series.flatMap(({ symbol, dataSource, rows, last }, index) =>
    rows === 0
      ? []
      : [
          {
            ...{ symbol, dataSource, cursor: context.cursor },
            lastBar: new Date(last),
            inserted: plans[index]?.inserted ?? 0,
          },
        ],
  );
  const moves = mergeMoves([...context.unwritten, ...moved]);
  const writesNothing =
    changes.length === 0 && chunk.rejected.length === 0 && moved.every((move) => context.isKnown(move));
  if (moves.length > 0 && !writesNothing) await moveIngestion(tx, moves, context.startedAt);
  const failed = await recordRejected(tx, chunk, series, context.origin);
  const events = [...failed, ...updatedEvents(changes)];
  if (events.length > 0) await context.publisher.publishAll(tx, events);
  const sum = (count: (plan: SeriesPlan) => number) => plans.reduce((total, plan) => total + count(plan), 0);
  return {
    changes,
    inserted: sum((plan) => plan.inserted),
    updated: sum((plan) => plan.updated),
    unchanged: sum((plan) => plan.unchanged),
    rejectedRows: chunk.rejected.length,
    unwritten: writesNothing ? moves : [],
  };
}

/** One move of each series: as far as any of them came, and as the last of them says. */
function mergeMoves(moves: readonly SeriesMove[]): SeriesMove[] {
  const merged = new Map<string, SeriesMove>();
  for (const move of moves) {
    const key = `${move.symbol} ${move.dataSource}`;
    const before = merged.get(key);
    merged.set(
      key,
      before === undefined
        ? move
        : {
            ...move,
            inserted: before.inserted + move.inserted,
            lastBar: new Date(Math.max(before.lastBar.getTime(), move.lastBar.getTime())),
          },
    );
  }
  return [...merged.values()];
}

/** A small chunk's statements travel together: nothing that the first answer tells changes the second. */
async function lockAndPlan(
  tx: Transaction,
  chunk: Chunk,
  series: readonly ChunkSeries[],
): Promise<SeriesPlan[]> {
  const lock = () => lockBuckets(tx, [...new Set(series.map(bucketOf))]);
  if (!isSmall(chunk)) {
    await lock();
    return planSeries(tx, chunk, series);
  }
  setPipeline(tx.client, true);
  try {
    const [, , plans] = await sendTogether(tx.client, () => [
      lock(),
      planOnce(tx),
      planSeries(tx, chunk, series),
    ]);
    return plans;
  } finally {
    setPipeline(tx.client, false);
  }
}

async function planSeries(
  tx: Transaction,
  chunk: Chunk,
  series: readonly ChunkSeries[],
): Promise<SeriesPlan[]> {
  const { columns } = chunk;
  if (columns.rows === 0) return [];
  const rowsBySeries = rowsOfSeries(columns);
  const stored = await readStored(tx, series, chunk, rowsBySeries);
  const volumes = halvesOf(columns.volume);
  return series.flatMap(({ ascending }, index) => {
    const rows = rowsBySeries[index];
    const known = stored[index];
    if (rows === undefined || known === undefined) return [];
    return [resolveSeries({ columns, volumes, rows, ascending }, known)];
  });
}

function changeOf(key: ChunkSeries | undefined, plan: SeriesPlan, { columns }: Chunk): SeriesChange[] {
  if (key === undefined || plan.insert.length + plan.update.length === 0) return [];
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const rows of [plan.insert, plan.update]) {
    for (let at = 0; at < rows.length; at++) {
      const timestamp = columns.timestamp[rows[at] as number] as number;
      if (timestamp < first) first = timestamp;
      if (timestamp > last) last = timestamp;
    }
  }
  const { symbol, dataSource } = key;
  // Of what was written: a bar that the same chunk corrected again is one bar.
  const written = { inserted: plan.insert.length, updated: plan.update.length };
  return [{ symbol, dataSource, ...written, first: new Date(first), last: new Date(last) }];
}

function updatedEvents(changes: readonly SeriesChange[]): IngestionEvent[] {
  const correlationId = randomUUID();
  return changes.map(({ symbol, dataSource, inserted, updated, first, last }) => ({
    type: 'market_data_updated',
    data: { symbol, dataSource, from: first.toISOString(), to: last.toISOString(), inserted, updated },
    correlationId,
    occurredAt: last,
  }));
}

/** Each rejected row is a finding; one event a series and chunk, for a broken source must not flood the bus. */
async function recordRejected(
  tx: Transaction,
  chunk: Chunk,
  series: readonly ChunkSeries[],
  origin: string,
): Promise<IngestionEvent[]> {
  const events: IngestionEvent[] = [];
  for (const [index, { symbol, dataSource }] of series.entries()) {
    const rows = chunk.rejected.filter((rejected) => rejected.series === index).map(({ row }) => row);
    const [first] = rows;
    if (first === undefined) continue;
    await insertRejectedRows(tx, symbol, dataSource, origin, rows);
    const more = rows.length === 1 ? '' : `${rows.length} rows, the first at `;
    events.push({
      type: 'data_quality_failed',
      data: {
        symbol,
        dataSource,
        checkType: ROW_VALIDATION,
        barTimestamp: first.timestamp?.toISOString() ?? null,
        message: `${more}${describeRejectedRow(first)}`,
      },
    });
  }
  return events;
}
