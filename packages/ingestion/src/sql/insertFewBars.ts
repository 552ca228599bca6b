import { sendLast, type Transaction } from '@trading/database';
import type { BarColumns } from '../bulk/barColumns';
import { BAR_ARRAYS, barArrays } from './barArrays';

const INSERT_FEW_BARS = `
INSERT INTO data_ingestion.market_data (symbol, "timestamp", data_source, open, high, low, close, volume)
SELECT * FROM ${BAR_ARRAYS}`;

/**
 * Stores a handful of rows of a chunk, none of which may be there already, at the transaction's commit: COPY is two round
 * trips more, which only many rows are worth.
 */
export async function insertFewBars(
  tx: Transaction,
  columns: BarColumns,
  rows: readonly number[],
): Promise<void> {
  await sendLast(tx, {
    text: INSERT_FEW_BARS,
    values: barArrays(columns, rows),
    name: 'ingestion.insert_few_bars',
  });
}
