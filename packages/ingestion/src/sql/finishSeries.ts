import type { Sql } from '@trading/database';
import type { SeriesKey } from '../seriesKey';

/** How a run ended: to its end, stopped between two chunks, or by an error. */
export type IngestionEnd = 'completed' | 'idle' | 'failed';

// Only what this run set running: another run may have taken a series over since.
const FINISH_SERIES = `
UPDATE data_ingestion.ingestion_status AS status
   SET status = $4, finished_at = $5, error = $6
  FROM unnest($1::text[], $2::text[]) AS mine (symbol, data_source)
 WHERE status.symbol = mine.symbol AND status.data_source = mine.data_source
   AND status.status = 'running' AND status.started_at = $3`;

/** Marks series as no longer running. */
export async function finishSeries(
  sql: Sql,
  series: readonly SeriesKey[],
  startedAt: Date,
  status: IngestionEnd,
  finishedAt: Date,
  error: string | null,
): Promise<void> {
  await sql.query(FINISH_SERIES, [
    series.map(({ symbol }) => symbol),
    series.map(({ dataSource }) => dataSource),
    startedAt,
    status,
    finishedAt,
    error,
  ]);
}
