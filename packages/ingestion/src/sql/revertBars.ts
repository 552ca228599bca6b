import type { Sql } from '@trading/database';
import type { SeriesKey } from '../seriesKey';

// What is removed is not lost: the finding has its values. The series goes on from the last bar that is left, and a provider
// is asked for the range again.
const REMOVE_BARS = `
WITH gone AS (
  DELETE FROM data_ingestion.market_data
   WHERE symbol = $1 AND data_source = $2 AND "timestamp" BETWEEN $3 AND $4 AND ($5::timestamptz IS NULL OR created_at > $5)
  RETURNING symbol, "timestamp", data_source, open, high, low, close, volume, created_at
), logged AS (
  INSERT INTO data_ingestion.data_quality_logs (symbol, data_source, check_type, status, bar_timestamp, message, details)
  SELECT symbol, data_source, 'reverted', 'warning', "timestamp", 'the bar was taken back', to_jsonb(gone) FROM gone
), status AS (
  UPDATE data_ingestion.ingestion_status AS status
     SET row_count = greatest(0, status.row_count - (SELECT count(*) FROM gone)), cursor = NULL,
         last_bar = (SELECT max(bar."timestamp") FROM data_ingestion.market_data AS bar
                      WHERE bar.symbol = $1 AND bar.data_source = $2
                        AND NOT EXISTS (SELECT FROM gone WHERE gone."timestamp" = bar."timestamp"))
   WHERE status.symbol = $1 AND status.data_source = $2 AND EXISTS (SELECT FROM gone)
)
SELECT count(*)::int AS bars FROM gone`;

// An update from a join by the key: the trigger keeps what the correction had made of them.
const RESTORE_BARS = `
WITH known AS (
  SELECT DISTINCT ON ("timestamp") "timestamp", open, high, low, close, volume
    FROM data_ingestion.bar_revisions
   WHERE symbol = $1 AND data_source = $2 AND "timestamp" BETWEEN $3 AND $4 AND known_from <= $5 AND known_until > $5
   ORDER BY "timestamp", known_from DESC
), restored AS (
  UPDATE data_ingestion.market_data AS bar
     SET open = known.open, high = known.high, low = known.low, close = known.close, volume = known.volume
    FROM known
   WHERE bar.symbol = $1 AND bar.data_source = $2 AND bar."timestamp" = known."timestamp"
     AND (bar.open, bar.high, bar.low, bar.close, bar.volume)
         IS DISTINCT FROM (known.open, known.high, known.low, known.close, known.volume)
  RETURNING bar."timestamp"
)
SELECT count(*)::int AS bars, min("timestamp") AS first, max("timestamp") AS last FROM restored`;

/** Bars of a series in a range, and the moment whose knowledge counts; null for none. */
export interface RevertedRange extends SeriesKey {
  readonly from: Date;
  readonly to: Date;
  readonly knownAt: Date | null;
}

/** Removes the bars that came in since; how many there were. */
export async function removeBars(sql: Sql, range: RevertedRange): Promise<number> {
  const [row] = await sql.query<{ bars: number }>(REMOVE_BARS, valuesOf(range));
  return row?.bars ?? 0;
}

/** Gives the bars that were corrected since their values back. */
export async function restoreBars(
  sql: Sql,
  range: RevertedRange,
): Promise<{ readonly bars: number; readonly first: Date | null; readonly last: Date | null }> {
  const [row] = await sql.query<{ bars: number; first: Date | null; last: Date | null }>(
    RESTORE_BARS,
    valuesOf(range),
  );
  return row ?? { bars: 0, first: null, last: null };
}

function valuesOf({ symbol, dataSource, from, to, knownAt }: RevertedRange): unknown[] {
  return [symbol, dataSource, from, to, knownAt];
}
