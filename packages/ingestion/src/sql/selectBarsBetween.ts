import type { Sql } from '@trading/database';
import { type Bar, Decimal } from '@trading/model';
import type { TimeRange } from '../timeRange';

const SELECT_BARS_BETWEEN = `
SELECT "timestamp", data_source, open, high, low, close, volume
  FROM data_ingestion.market_data
 WHERE symbol = $1 AND data_source = ANY ($2) AND "timestamp" BETWEEN $3 AND $4`;

interface Row {
  timestamp: Date;
  data_source: string;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
}

/** The stored bars of some series of one symbol in a range, in no order. */
export async function selectBarsBetween(
  sql: Sql,
  symbol: string,
  dataSources: readonly string[],
  { first, last }: TimeRange,
): Promise<Bar[]> {
  const rows = await sql.query<Row>(SELECT_BARS_BETWEEN, [symbol, dataSources, first, last]);
  return rows.map((row) => ({
    symbol,
    timestamp: row.timestamp,
    dataSource: row.data_source,
    open: new Decimal(row.open),
    high: new Decimal(row.high),
    low: new Decimal(row.low),
    close: new Decimal(row.close),
    volume: BigInt(row.volume),
  }));
}
