import type { Sql } from '@trading/database';

const FINISH_INGESTION = `
UPDATE data_ingestion.ingestion_status
   SET status = $3, finished_at = $4, error = $5
 WHERE symbol = $1 AND data_source = ANY ($2)`;

/** How a run ended: to its end, stopped between two chunks, or by an error. */
export type IngestionEnd = 'completed' | 'idle' | 'failed';

/** Marks series of a symbol as no longer running. */
export async function finishIngestion(
  sql: Sql,
  symbol: string,
  dataSources: readonly string[],
  status: IngestionEnd,
  finishedAt: Date,
  error: string | null,
): Promise<void> {
  await sql.query(FINISH_INGESTION, [symbol, dataSources, status, finishedAt, error]);
}
