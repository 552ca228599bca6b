import { type Transaction, toTicks } from '@trading/database';
import { ColumnsBuilder } from '../bulk/columnsBuilder';
import type { SeriesKey } from '../seriesKey';

// OFFSET 0 keeps the planner from joining the other way round: it is one look into the index for each start.
const SELECT_STORED_KEYS = `
SELECT stored."timestamp", stored.open, stored.high, stored.low, stored.close, stored.volume
  FROM unnest($3::timestamptz[]) AS wanted (start)
 CROSS JOIN LATERAL (
   SELECT * FROM data_ingestion.market_data AS stored
    WHERE stored.symbol = $1 AND stored.data_source = $2 AND stored."timestamp" = wanted.start OFFSET 0) AS stored`;

interface Row {
  timestamp: Date;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
}

/** Reads the stored bars of one series that start at these moments (epoch milliseconds): few, out of many. */
export async function selectStoredKeys(
  tx: Transaction,
  series: SeriesKey,
  starts: readonly number[],
): Promise<ColumnsBuilder> {
  const rows = await tx.query<Row>(
    SELECT_STORED_KEYS,
    [series.symbol, series.dataSource, starts.map((start) => new Date(start))],
    'ingestion.select_stored_keys',
  );
  const columns = new ColumnsBuilder(Math.max(1, rows.length));
  const index = columns.seriesIndex(series);
  for (const row of rows) {
    columns.append(index, {
      timestamp: row.timestamp.getTime(),
      open: toTicks('open', row.open),
      high: toTicks('high', row.high),
      low: toTicks('low', row.low),
      close: toTicks('close', row.close),
      volume: BigInt(row.volume),
    });
  }
  return columns;
}
