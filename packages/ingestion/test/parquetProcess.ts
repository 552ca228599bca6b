import { createServicePool } from '@trading/database';
import { parquetWriteFile } from 'hyparquet-writer';
import { createIngestionService } from '../src';

/**
 * Writes a Parquet file and loads it; prints the summary. A process of its own, because jest does not load modules of
 * the form that the Parquet packages have.
 *
 * Arguments: the database's URL, the file's path, how many rows.
 */
async function main([url = '', path = '', rows = '0']: readonly string[]): Promise<void> {
  const numbers = Array.from({ length: Number(rows) }, (_, number) => number);
  const prices = numbers.map((number) => (number === 3 ? Number.NaN : 100.25 + number));
  await parquetWriteFile({
    filename: path,
    columnData: [
      { name: 'ticker', data: numbers.map((number) => (number % 2 === 0 ? 'EVEN' : 'ODD')), type: 'STRING' },
      {
        name: 'ts',
        data: numbers.map((number) => new Date(Date.UTC(2024, 0, 2, 14, 30 + number))),
        type: 'TIMESTAMP',
      },
      ...['o', 'h', 'l', 'c'].map((name) => ({ name, data: prices, type: 'DOUBLE' as const })),
      { name: 'vol', data: numbers.map((number) => BigInt(number)), type: 'INT64' },
    ],
  });
  await using pool = createServicePool({ url, service: 'ingestion', waitMs: 3_600_000 });
  const mapping = {
    timestamp: 'ts',
    timeFormat: 'iso',
    open: 'o',
    high: 'h',
    low: 'l',
    close: 'c',
    volume: 'vol',
    symbol: 'ticker',
  } as const;
  const summary = await createIngestionService({ pool }).ingestFile({
    path,
    dataSource: 'polygon_1m',
    symbol: 'OTHER',
    mapping,
  });
  process.stdout.write(JSON.stringify(summary));
}

void main(process.argv.slice(2));
