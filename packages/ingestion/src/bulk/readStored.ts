import type { Transaction } from '@trading/database';
import { copyStoredBars } from '../sql/copyStoredBars';
import { findStoredSeries } from '../sql/findStoredSeries';
import { selectStoredKeys } from '../sql/selectStoredKeys';
import { halvesOf } from './barColumns';
import { type Chunk, type ChunkSeries, isSmall } from './chunk';
import { ColumnsBuilder } from './columnsBuilder';
import type { PickedRows } from './resolveSeries';
import { rowsOfSeries } from './rowsOfSeries';

/** Reading a stretch whole is quicker than looking up its bars one by one, until it holds this many times more. */
const WORTH_READING = 4;
const ALWAYS_WORTH_READING = 10_000;

const EMPTY = new ColumnsBuilder(1);
const NOTHING: PickedRows = {
  columns: EMPTY,
  volumes: halvesOf(EMPTY.volume),
  rows: new Uint32Array(0),
  ascending: true,
};

/**
 * What is stored of each series of a chunk where the chunk lies, in the order of the chunk's series. Chosen by what is
 * there: a series with nothing stored costs one look into the index; one with about as much stored as given is read by
 * COPY; a few bars out of a long range are looked up one by one, and so is a small chunk.
 */
export async function readStored(
  tx: Transaction,
  series: readonly ChunkSeries[],
  chunk: Chunk,
  rowsBySeries: readonly Uint32Array[],
): Promise<PickedRows[]> {
  const stored = series.map(() => NOTHING);
  const lookUp = async (key: ChunkSeries, index: number): Promise<PickedRows> => {
    const starts = Array.from(rowsBySeries[index] ?? [], (row) => chunk.columns.timestamp[row] as number);
    const keyed = await selectStoredKeys(
      tx,
      key,
      [...new Set(starts)].sort((a, b) => a - b),
    );
    const rows = Uint32Array.from({ length: keyed.rows }, (_, row) => row);
    return { columns: keyed, volumes: halvesOf(keyed.volume), rows, ascending: isAscending(keyed, rows) };
  };
  if (isSmall(chunk)) return Promise.all(series.map(lookUp));
  const found = (await findStoredSeries(tx, series)).sort((a, b) => a - b);
  if (found.length === 0) return stored;
  const ranges = found.flatMap((index) => {
    const wanted = series[index];
    return wanted === undefined
      ? []
      : [{ ...wanted, limit: WORTH_READING * wanted.rows + ALWAYS_WORTH_READING }];
  });
  const read = await copyStoredBars(tx, ranges);
  const volumes = halvesOf(read.volume);
  for (const [position, rows] of rowsOfSeries(read).entries()) {
    const index = found[position];
    const range = ranges[position];
    if (index === undefined || range === undefined) continue;
    if (rows.length < range.limit) {
      stored[index] = { columns: read, volumes, rows, ascending: isAscending(read, rows) };
      continue;
    }
    stored[index] = await lookUp(range, index);
  }
  return stored;
}

function isAscending(columns: ColumnsBuilder, rows: Uint32Array): boolean {
  for (let at = 1; at < rows.length; at++) {
    const before = columns.timestamp[rows[at - 1] as number] as number;
    if ((columns.timestamp[rows[at] as number] as number) <= before) return false;
  }
  return true;
}
