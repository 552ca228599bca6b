import type { Sql } from '@trading/database';
import { Decimal } from '@trading/model';
import type { Close } from '../rules/signalRule';

/** The last `count` closes of a series up to and including the bar that starts at `until`, oldest first. */
export async function selectCloses(
  sql: Sql,
  series: {
    readonly symbol: string;
    readonly dataSource: string;
    readonly until: Date;
    readonly count: number;
  },
): Promise<Close[]> {
  const rows = await sql.query<{ timestamp: Date; close: string }>(
    `SELECT "timestamp", close
       FROM data_ingestion.bars
      WHERE symbol = $1 AND data_source = $2 AND "timestamp" <= $3
      ORDER BY "timestamp" DESC
      LIMIT $4`,
    [series.symbol, series.dataSource, series.until, series.count],
    'strategy_select_closes',
  );
  return rows.map((row) => ({ timestamp: row.timestamp, close: new Decimal(row.close) })).reverse();
}
