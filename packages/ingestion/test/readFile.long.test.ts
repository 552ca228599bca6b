import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isTradingError } from '@trading/model';
import fc from 'fast-check';
import { PRICES } from '../src/bulk/barColumns';
import { type FileForm, previewFile } from '../src/files/ingestFile';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

const FORMS: (Omit<FileForm, 'path'> & { readonly name: string })[] = [
  { name: 'polygon-day-aggs.csv.gz' },
  { name: 'polygon-minute-aggs-fractional-volume.csv' },
  { name: 'binance-klines-microseconds.csv', symbol: 'BTC-USD' },
  {
    name: 'local-time-two-columns.csv',
    symbol: 'X',
    dataSource: 'alpaca_1m',
    mapping: { timezone: 'America/New_York' },
  },
  { name: 'stooq-daily.txt' },
  { name: 'european-excel.csv', symbol: 'X', dataSource: 'yahoo' },
  { name: 'several-symbols.csv', dataSource: 'kaggle' },
];

/** What a file is read as: each row that could be read, by its line, or the code of the error that ended it. */
async function read(
  bytes: Buffer,
  { name, ...form }: (typeof FORMS)[number],
): Promise<Map<number, string> | string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  try {
    const { columns } = await previewFile({ ...form, path });
    const bars = new Map<number, string>();
    for (let row = 0; row < columns.rows; row++) {
      if (columns.unreadable?.has(row)) continue;
      const prices = PRICES.map((field) => columns[field][row]);
      const { symbol } = columns.series[columns.seriesOf[row] ?? 0] ?? {};
      bars.set(
        columns.lines?.[row] ?? 0,
        [symbol, columns.timestamp[row], ...prices, columns.volume[row]].join(' '),
      );
    }
    return bars;
  } catch (error) {
    if (!isTradingError(error)) throw error;
    return error.code;
  }
}

describe('a file that was damaged', () => {
  test.each(FORMS)('$name is read as it was, row by row, or refused by name', async (form) => {
    const packed = form.name.endsWith('.gz');
    const original = await readFile(join(__dirname, 'files', form.name));
    const bytes = packed ? gunzipSync(original) : original;
    const lines = bytes.toString('utf8').split('\n');
    const whole = await read(original, form);
    expect(whole).toBeInstanceOf(Map);
    const change = fc.record({
      at: fc.nat({ max: bytes.length - 1 }),
      remove: fc.nat({ max: 12 }),
      insert: fc.uint8Array({ maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        let damaged = bytes;
        for (const { at, remove, insert } of changes)
          damaged = Buffer.concat([damaged.subarray(0, at), insert, damaged.subarray(at + remove)]);
        const seen = await read(packed ? gzipSync(damaged) : damaged, form);
        // An error of ours is a good answer; anything else was thrown on.
        if (typeof seen === 'string') return;
        const now = damaged.toString('utf8').split('\n');
        if (now.length !== lines.length || now[0] !== lines[0]) return;
        // A line that was not touched means what it meant, whatever stands beside it.
        for (const [line, bar] of seen)
          if (now[line - 1] === lines[line - 1]) expect(bar).toBe((whole as Map<number, string>).get(line));
      }),
      { numRuns: 200, seed: 20_240_102 },
    );
  });

  test('of any bytes at all is refused by name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        await read(Buffer.from(bytes), { name: 'x.csv', symbol: 'X', dataSource: 'yahoo' });
      }),
      { numRuns: 300, seed: 20_240_102 },
    );
  });
});
