import type { Sql } from '@trading/database';

const START_INGESTION = `
INSERT INTO data_ingestion.ingestion_status (symbol, data_source, status, started_at)
SELECT $1, data_source, 'running', $3 FROM unnest($2::text[]) AS data_source
ON CONFLICT (symbol, data_source) DO UPDATE
  SET status = 'running', started_at = excluded.started_at, finished_at = NULL, error = NULL`;

/** Marks series of a symbol as running. */
export async function startIngestion(
  sql: Sql,
  symbol: string,
  dataSources: readonly string[],
  startedAt: Date,
): Promise<void> {
  await sql.query(START_INGESTION, [symbol, dataSources, startedAt]);
}
