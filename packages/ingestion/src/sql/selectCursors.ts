import type { Sql } from '@trading/database';

const SELECT_CURSORS = `
SELECT cursor FROM data_ingestion.ingestion_status WHERE symbol = $1 AND data_source = ANY ($2)`;

/** The cursors of some series of a symbol; null for one that was never ingested. */
export async function selectCursors(
  sql: Sql,
  symbol: string,
  dataSources: readonly string[],
): Promise<(string | null)[]> {
  const rows = await sql.query<{ cursor: string | null }>(SELECT_CURSORS, [symbol, dataSources]);
  return dataSources.map((_, index) => rows[index]?.cursor ?? null);
}
