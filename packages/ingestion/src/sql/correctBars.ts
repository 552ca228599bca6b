import type { Transaction } from '@trading/database';
import type { BarColumns } from '../bulk/barColumns';
import { BAR_ARRAYS, barArrays } from './barArrays';

// An upsert rather than an update from a join: it goes through the unique index whatever the planner believes.
const CORRECT_BARS = `
INSERT INTO data_ingestion.market_data AS stored (symbol, "timestamp", data_source, open, high, low, close, volume)
SELECT * FROM ${BAR_ARRAYS}
ON CONFLICT (symbol, "timestamp", data_source) DO UPDATE
  SET open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume
  WHERE (stored.open, stored.high, stored.low, stored.close, stored.volume)
    IS DISTINCT FROM (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume)`;

/** Bars in one statement: more make it no faster. */
const BATCH = 5_000;

/** Gives stored bars their new values. No row may be there twice. */
export async function correctBars(
  tx: Transaction,
  columns: BarColumns,
  rows: readonly number[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH);
    await tx.query(CORRECT_BARS, barArrays(columns, batch), 'ingestion.correct_bars');
  }
}
