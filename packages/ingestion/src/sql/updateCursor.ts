import type { Sql } from '@trading/database';
import type { SeriesKey } from '../seriesKey';

const UPDATE_CURSOR = `
UPDATE data_ingestion.ingestion_status AS status SET cursor = $3
  FROM unnest($1::text[], $2::text[]) AS mine (symbol, data_source)
 WHERE status.symbol = mine.symbol AND status.data_source = mine.data_source`;

/** Moves the cursor of series that brought nothing new: a range without bars is known too. */
export async function updateCursor(sql: Sql, series: readonly SeriesKey[], cursor: string): Promise<void> {
  await sql.query(UPDATE_CURSOR, [
    series.map(({ symbol }) => symbol),
    series.map(({ dataSource }) => dataSource),
    cursor,
  ]);
}
