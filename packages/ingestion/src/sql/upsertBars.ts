import type { Sql } from '@trading/database';
import type { Bar } from '@trading/model';

// One round trip for a small batch: the bars, and where the ingestion of each series stands. A bar that is stored
// with the same values is not touched. What was there is read in the statement's own snapshot, because a partitioned
// table gives no xmax to tell an insert from an update by.
const UPSERT_BARS = `
WITH given AS (
  SELECT * FROM unnest($2::text[], $3::timestamptz[], $4::numeric[], $5::numeric[], $6::numeric[], $7::numeric[], $8::bigint[])
    AS bar (data_source, "timestamp", open, high, low, close, volume)
), known AS (
  SELECT stored.data_source, stored."timestamp"
    FROM given JOIN data_ingestion.market_data AS stored
      ON stored.symbol = $1 AND stored."timestamp" = given."timestamp" AND stored.data_source = given.data_source
), written AS (
  INSERT INTO data_ingestion.market_data AS stored (symbol, "timestamp", data_source, open, high, low, close, volume)
  SELECT $1, "timestamp", data_source, open, high, low, close, volume FROM given
  ON CONFLICT (symbol, "timestamp", data_source) DO UPDATE
    SET open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume
    WHERE (stored.open, stored.high, stored.low, stored.close, stored.volume)
      IS DISTINCT FROM (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume)
  RETURNING data_source, "timestamp"
), changed AS (
  SELECT written.data_source,
         count(*) FILTER (WHERE known."timestamp" IS NULL)::int AS inserted,
         count(known."timestamp")::int AS updated,
         min(written."timestamp") AS first,
         max(written."timestamp") AS last
    FROM written LEFT JOIN known USING (data_source, "timestamp")
   GROUP BY written.data_source
), status AS (
  UPDATE data_ingestion.ingestion_status AS status
     SET row_count = status.row_count + changed.inserted, last_bar = greatest(status.last_bar, changed.last), cursor = $9
    FROM changed
   WHERE status.symbol = $1 AND status.data_source = changed.data_source
)
SELECT * FROM changed ORDER BY data_source`;

/** What a batch changed in one series. */
export interface SeriesChange {
  readonly dataSource: string;
  readonly inserted: number;
  readonly updated: number;
  /** Start of the first and of the last bar that changed. */
  readonly first: Date;
  readonly last: Date;
}

interface Row {
  data_source: string;
  inserted: number;
  updated: number;
  first: Date;
  last: Date;
}

/**
 * Stores bars of one symbol, updates those that differ, and moves each series' ingestion_status on. No key may be
 * there twice.
 *
 * @param cursor  where the source stands after these bars
 * @returns one entry for each series that changed
 */
export async function upsertBars(
  sql: Sql,
  symbol: string,
  bars: readonly Bar[],
  cursor: string,
): Promise<SeriesChange[]> {
  const rows = await sql.query<Row>(
    UPSERT_BARS,
    [
      symbol,
      bars.map((bar) => bar.dataSource),
      bars.map((bar) => bar.timestamp),
      bars.map((bar) => bar.open.toFixed()),
      bars.map((bar) => bar.high.toFixed()),
      bars.map((bar) => bar.low.toFixed()),
      bars.map((bar) => bar.close.toFixed()),
      bars.map((bar) => bar.volume.toString()),
      cursor,
    ],
    'ingestion.upsert_bars',
  );
  return rows.map(({ data_source: dataSource, ...change }) => ({ dataSource, ...change }));
}
