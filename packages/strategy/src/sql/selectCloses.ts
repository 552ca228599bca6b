import type { Sql } from '@trading/database';
import { Decimal } from '@trading/model';
import type { Close } from '../rules/signalRule';

/** The last `count` closes of a series up to and including the bar that starts at `until`. */
export interface CloseWindow {
  readonly symbol: string;
  readonly dataSource: string;
  readonly until: Date;
  readonly count: number;
}

// A row for each window, because thirty thousand rows of a bar cost several times what five hundred texts do.
const TEXT = `
SELECT recent.times, recent.closes
  FROM unnest($1::varchar[], $2::varchar[], $3::timestamptz[], $4::int[]) WITH ORDINALITY
       AS wanted (symbol, data_source, until, count, place)
 CROSS JOIN LATERAL (
       SELECT string_agg(trunc(extract(epoch FROM "timestamp") * 1000)::bigint::text, ' ' ORDER BY "timestamp") AS times,
              string_agg(close::text, ' ' ORDER BY "timestamp") AS closes
         FROM (SELECT "timestamp", close FROM data_ingestion.bars AS b
                WHERE b.symbol = wanted.symbol AND b.data_source = wanted.data_source AND b."timestamp" <= wanted.until
                ORDER BY b."timestamp" DESC
                LIMIT wanted.count) AS bar) AS recent
 ORDER BY wanted.place`;

/** Reads windows of closes: for each its closes, oldest first. */
export async function selectCloses(sql: Sql, windows: readonly CloseWindow[]): Promise<Close[][]> {
  const rows = await sql.query<{ times: string | null; closes: string | null }>(
    TEXT,
    [
      windows.map(({ symbol }) => symbol),
      windows.map(({ dataSource }) => dataSource),
      windows.map(({ until }) => until),
      windows.map(({ count }) => count),
    ],
    'strategy_select_closes',
  );
  return rows.map(({ times, closes }) => {
    const starts = times?.split(' ') ?? [];
    return (closes?.split(' ') ?? []).map((close, index) => ({
      timestamp: new Date(Number(starts[index])),
      close: new Decimal(close),
    }));
  });
}
