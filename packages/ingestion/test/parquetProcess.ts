import { readFile, writeFile } from 'node:fs/promises';
import { createServicePool } from '@trading/database';
import { parquetWriteFile } from 'hyparquet-writer';
import { createIngestionService } from '../src';

/**
 * Writes a Parquet file and loads it; prints the summary. A process of its own, because jest does not load modules of
 * the form that the Parquet packages have.
 *
 * Arguments: the database's URL, the file's path, how many rows; `endless` for a footer that says that it has 2^53.
 */
async function main([url = '', path = '', rows = '0', footer]: readonly string[]): Promise<void> {
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
  if (footer === 'endless') await writeFile(path, withEndlessFooter(await readFile(path)));
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
  const result: unknown = await createIngestionService({ pool })
    .ingestFile({ path, dataSource: 'polygon_1m', symbol: 'OTHER', mapping })
    .catch(({ code, message }: { readonly code: string; readonly message: string }) => ({ code, message }));
  process.stdout.write(JSON.stringify(result));
}

/** The same file whose footer says that it has 2^53 rows: the number is written longer, and the footer's length with it. */
function withEndlessFooter(file: Buffer): Buffer {
  const length = file.readUInt32LE(file.length - 8);
  const footer = file.subarray(file.length - 8 - length, file.length - 8);
  // Field 3 of the metadata is num_rows: after the schema's list, 0x16 and the zigzag of 3.
  const at = footer.indexOf(Buffer.from([0x16, 0x06, 0x19]));
  const rows: number[] = [];
  for (let left = 2n ** 54n; ; left >>= 7n) {
    rows.push(Number(left & 0x7fn) | (left > 0x7fn ? 0x80 : 0));
    if (left <= 0x7fn) break;
  }
  const longer = Buffer.concat([footer.subarray(0, at + 1), Buffer.from(rows), footer.subarray(at + 2)]);
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(longer.length);
  return Buffer.concat([file.subarray(0, file.length - 8 - length), longer, tail, Buffer.from('PAR1')]);
}

void main(process.argv.slice(2));
