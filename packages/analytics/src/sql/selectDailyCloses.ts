import type { Sql } from '@trading/database';
import { Decimal } from '@trading/model';

/** The close of one symbol on one trading date. */
export interface DailyClose {
  readonly symbol: string;
  /** `YYYY-MM-DD` in New York. */
  readonly date: string;
  readonly close: Decimal;
}

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
    `SELECT DISTINCT ON (date, symbol)
            symbol, ("timestamp" AT TIME ZONE 'America/New_York')::date::text AS date, close
       FROM data_ingestion.bars
      WHERE symbol = ANY ($1) AND data_source = $2 AND "timestamp" >= $3 AND "timestamp" <= $4
      ORDER BY date, symbol, "timestamp" DESC`,
    [series.symbols, series.dataSource, series.from ?? '-infinity', series.through],
    'analytics_select_daily_closes',
  );
  return rows.map((row) => ({ symbol: row.symbol, date: row.date, close: new Decimal(row.close) }));
}
