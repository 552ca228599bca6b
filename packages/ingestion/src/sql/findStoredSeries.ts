import type { Transaction } from '@trading/database';
import type { ChunkSeries } from '../bulk/chunk';

// LIMIT keeps the planner from turning this into a join that reads the table: it is one look into the index a series.
const FIND_STORED_SERIES = `
SELECT wanted.i::int - 1 AS i
  FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[])
         WITH ORDINALITY AS wanted (symbol, data_source, first, last, i)
 CROSS JOIN LATERAL (
   SELECT FROM data_ingestion.market_data AS stored
    WHERE stored.symbol = wanted.symbol AND stored.data_source = wanted.data_source
      AND stored."timestamp" BETWEEN wanted.first AND wanted.last
    LIMIT 1) AS found`;

/** Which of these series have a stored bar between their first and last: by their index. */
export async function findStoredSeries(tx: Transaction, series: readonly ChunkSeries[]): Promise<number[]> {
  const rows = await tx.query<{ i: number }>(
    FIND_STORED_SERIES,
    [
      series.map(({ symbol }) => symbol),
      series.map(({ dataSource }) => dataSource),
      series.map(({ first }) => new Date(first)),
      series.map(({ last }) => new Date(last)),
    ],
    'ingestion.find_stored_series',
  );
  return rows.map(({ i }) => i);
}
