import type { Sql } from '@trading/database';
import type { SeriesKey } from '../seriesKey';

const START_INGESTION = `
INSERT INTO data_ingestion.ingestion_status (symbol, data_source, status, started_at)
SELECT symbol, data_source, 'running', $3 FROM unnest($1::text[], $2::text[]) AS series (symbol, data_source)
ON CONFLICT (symbol, data_source) DO UPDATE
  SET status = 'running', started_at = excluded.started_at, finished_at = NULL, error = NULL`;

/** Marks series as running. */
export async function startIngestion(sql: Sql, series: readonly SeriesKey[], startedAt: Date): Promise<void> {
  if (series.length === 0) return;
  await sql.query(START_INGESTION, [
    series.map(({ symbol }) => symbol),
    series.map(({ dataSource }) => dataSource),
    startedAt,
  ]);
}
