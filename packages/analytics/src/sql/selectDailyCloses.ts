import type { Sql } from '@trading/database';
import { Decimal } from '@trading/model';

/** The close of one symbol on one trading date. */
export interface DailyClose {
  readonly symbol: string;
  /** `YYYY-MM-DD` in New York. */
  readonly date: string;
  readonly close: Decimal;
}

// From each symbol's last bar to the last bar before that bar's date, and so on: one look into the index for a symbol and
// date, however many bars the date has. A day of minute bars would otherwise be read whole for each of its minutes.
const TEXT = `
WITH RECURSIVE closing AS (
  SELECT wanted.symbol, bar."timestamp", bar.close
    FROM unnest($1::text[]) AS wanted (symbol)
   CROSS JOIN LATERAL (
         SELECT b."timestamp", b.close FROM data_ingestion.bars AS b
          WHERE b.symbol = wanted.symbol AND b.data_source = $2 AND b."timestamp" >= $3 AND b."timestamp" <= $4
          ORDER BY b."timestamp" DESC LIMIT 1) AS bar
  UNION ALL
  SELECT later.symbol, bar."timestamp", bar.close
    FROM closing AS later
   CROSS JOIN LATERAL (
         SELECT b."timestamp", b.close FROM data_ingestion.bars AS b
          WHERE b.symbol = later.symbol AND b.data_source = $2 AND b."timestamp" >= $3
            AND b."timestamp" < date_trunc('day', later."timestamp", 'America/New_York')
          ORDER BY b."timestamp" DESC LIMIT 1) AS bar)
SELECT symbol, ("timestamp" AT TIME ZONE 'America/New_York')::date::text AS date, close FROM closing ORDER BY date, symbol`;

/** The last close of each symbol on each trading date of a series, bars that start from `from` up to `through`. */
export async function selectDailyCloses(
  sql: Sql,
  series: {
    readonly symbols: readonly string[];
    readonly dataSource: string;
    /** Null is from the first bar on. */
    readonly from: Date | null;
    readonly through: Date;
  },
): Promise<DailyClose[]> {
  const rows = await sql.query<{ symbol: string; date: string; close: string }>(
    TEXT,
    [series.symbols, series.dataSource, series.from ?? '-infinity', series.through],
    'analytics_select_daily_closes',
  );
  return rows.map((row) => ({ symbol: row.symbol, date: row.date, close: new Decimal(row.close) }));
}
