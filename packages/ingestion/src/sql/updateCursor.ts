import type { Sql } from '@trading/database';

const UPDATE_CURSOR = `
UPDATE data_ingestion.ingestion_status SET cursor = $3 WHERE symbol = $1 AND data_source = ANY ($2)`;

/** Moves the cursor of series that brought nothing new: a stretch without bars is known too. */
export async function updateCursor(
  sql: Sql,
  symbol: string,
  dataSources: readonly string[],
  cursor: string,
): Promise<void> {
  await sql.query(UPDATE_CURSOR, [symbol, dataSources, cursor]);
}
