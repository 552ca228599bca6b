import { copyOut, type Transaction } from '@trading/database';
import type { ChunkSeries } from '../bulk/chunk';
import { ColumnsBuilder } from '../bulk/columnsBuilder';
import { readBar } from '../bulk/readBar';

/** A series to read, how many bars of it were given, and how many are read at most. */
export interface StoredRange extends Omit<ChunkSeries, 'ascending'> {
  readonly limit: number;
}

/**
 * Reads the stored bars of several series between their first and last, by COPY. The result's series are in the order
 * of the request; one that has more bars than its limit comes with exactly that many.
 */
export async function copyStoredBars(
  { client }: Pick<Transaction, 'client'>,
  ranges: readonly StoredRange[],
): Promise<ColumnsBuilder> {
  const array = (values: readonly string[]) =>
    client.escapeLiteral(`{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`);
  const time = (epochMs: number) => new Date(epochMs).toISOString();
  const statement = `
COPY (
  SELECT wanted.i::int - 1, stored."timestamp", stored.open, stored.high, stored.low, stored.close, stored.volume
    FROM unnest(${array(ranges.map(({ symbol }) => symbol))}::text[],
                ${array(ranges.map(({ dataSource }) => dataSource))}::text[],
                ${array(ranges.map(({ first }) => time(first)))}::timestamptz[],
                ${array(ranges.map(({ last }) => time(last)))}::timestamptz[],
                ${array(ranges.map(({ limit }) => String(limit)))}::int[])
           WITH ORDINALITY AS wanted (symbol, data_source, first, last, most, i)
   CROSS JOIN LATERAL (
     SELECT "timestamp", open, high, low, close, volume FROM data_ingestion.market_data AS stored
      WHERE stored.symbol = wanted.symbol AND stored.data_source = wanted.data_source
        AND stored."timestamp" BETWEEN wanted.first AND wanted.last
      ORDER BY "timestamp" LIMIT wanted.most) AS stored
) TO STDOUT (FORMAT binary)`;
  // What is expected is as much as was given; a series that has more makes the columns grow.
  const columns = new ColumnsBuilder(ranges.reduce((rows, range) => rows + range.rows, 1));
  for (const range of ranges) columns.seriesIndex(range);
  await copyOut(client, statement, 7, (row) => readBar(row, columns, row.int()));
  return columns;
}
