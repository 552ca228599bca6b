import { type BarColumns, sameBar } from './barColumns';

/** Bars of one series, picked out of columns: the rows, in order. */
export interface PickedRows {
  readonly columns: BarColumns;
  readonly volumes: Int32Array;
  readonly rows: Uint32Array;
  /** Whether each of the rows starts after the one before it. */
  readonly ascending: boolean;
}

/** What has to be written of one series of a chunk, and what that means for its counts. */
export interface SeriesPlan {
  /** Rows of the chunk that are not stored yet. */
  readonly insert: ArrayLike<number>;
  /** Rows of the chunk that are stored with other values. */
  readonly update: readonly number[];
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
}

/**
 * Compares a chunk's bars of one series with what is stored of it. The counts are those of taking the rows one by one,
 * so they don't depend on where a stream was cut into chunks: of two bars with one start the later one wins, as an
 * update when it differs.
 */
export function resolveSeries(given: PickedRows, stored: PickedRows): SeriesPlan {
  if (stored.rows.length === 0 && given.ascending) {
    return { insert: given.rows, update: [], inserted: given.rows.length, updated: 0, unchanged: 0 };
  }
  return given.ascending && stored.ascending ? mergeSorted(given, stored) : lookUp(given, stored);
}

function mergeSorted(given: PickedRows, stored: PickedRows): SeriesPlan {
  const insert: number[] = [];
  const update: number[] = [];
  let unchanged = 0;
  let at = 0;
  const times = given.columns.timestamp;
  const storedTimes = stored.columns.timestamp;
  for (const row of given.rows) {
    const time = times[row] as number;
    while (at < stored.rows.length && (storedTimes[stored.rows[at] as number] as number) < time) at++;
    const other = stored.rows[at];
    if (other === undefined || storedTimes[other] !== time) insert.push(row);
    else if (sameBar(given.columns, row, given.volumes, stored.columns, other, stored.volumes)) unchanged++;
    else update.push(row);
  }
  return { insert, update, inserted: insert.length, updated: update.length, unchanged };
}

function lookUp(given: PickedRows, stored: PickedRows): SeriesPlan {
  const storedAt = new Map<number, number>();
  for (const row of stored.rows) storedAt.set(stored.columns.timestamp[row] as number, row);
  const latest = new Map<number, number>();
  let inserted = 0;
  let updated = 0;
  let unchanged = 0;
  const same = (row: number, other: PickedRows, otherRow: number) =>
    sameBar(given.columns, row, given.volumes, other.columns, otherRow, other.volumes);
  for (const row of given.rows) {
    const time = given.columns.timestamp[row] as number;
    const before = latest.get(time);
    const known = storedAt.get(time);
    if (before === undefined && known === undefined) inserted++;
    else if (
      before !== undefined ? same(row, given, before) : known !== undefined && same(row, stored, known)
    ) {
      unchanged++;
      continue;
    } else updated++;
    latest.set(time, row);
  }
  const insert: number[] = [];
  const update: number[] = [];
  for (const [time, row] of latest) {
    const known = storedAt.get(time);
    if (known === undefined) insert.push(row);
    // A correction that was taken back within the chunk leaves nothing to write.
    else if (!same(row, stored, known)) update.push(row);
  }
  return { insert, update, inserted, updated, unchanged };
}
