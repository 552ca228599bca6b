import type { Sql } from '@trading/database';
import { Decimal } from '@trading/model';
import type { PriceBar } from '../../matching/fillPrice';

interface BarRow {
  readonly timestamp: Date;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
}

const TEXT = `
SELECT "timestamp", open, high, low, close, volume FROM data_ingestion.bars
 WHERE symbol = $1 AND data_source = $2 AND "timestamp" > $3 AND "timestamp" <= $4
 ORDER BY "timestamp"`;

/** Bars of a series that start after one moment and not after another, in order. */
export async function readBars(
  sql: Sql,
  symbol: string,
  dataSource: string,
  after: Date,
  upTo: Date,
): Promise<PriceBar[]> {
  const rows = await sql.query<BarRow>(TEXT, [symbol, dataSource, after, upTo], 'execution.readBars');
  return rows.map((row) => ({
    timestamp: row.timestamp,
    open: new Decimal(row.open),
    high: new Decimal(row.high),
    low: new Decimal(row.low),
    close: new Decimal(row.close),
    volume: BigInt(row.volume),
  }));
}
