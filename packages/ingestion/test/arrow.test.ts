import { describe, expect, test } from '@jest/globals';
import { tableFromIPC, tableToIPC } from 'apache-arrow';
import { ColumnsBuilder } from '../src';
import { toArrow } from '../src/arrow';
import { BarSeries } from '../src/read/barSeries';

const KEY = { symbol: 'AAPL', dataSource: 'polygon_1m' };

/** Two minutes of before 1970 and one of today; prices of every length that the column holds. */
function bars(): BarSeries {
  const columns = new ColumnsBuilder();
  const index = columns.seriesIndex(KEY);
  const prices = [1, 645_014, 999_999_999_999_999];
  for (const [row, price] of prices.entries()) {
    columns.append(index, {
      timestamp: [-60_000, 0, Date.UTC(2024, 5, 3, 13, 30)][row] ?? 0,
      open: price,
      high: price,
      low: 1,
      close: price,
      volume: BigInt(row) * 3_000_000_000n,
    });
  }
  return new BarSeries(KEY, columns);
}

describe('bars as Arrow', () => {
  test('come back from IPC as they were, in the columns that analysts expect', () => {
    const table = tableFromIPC(tableToIPC(toArrow(bars()), 'stream'));
    expect(table.schema.fields.map(({ name, type, nullable }) => `${name} ${type} ${nullable}`)).toEqual([
      'timestamp Timestamp<MICROSECOND, UTC> false',
      'open Float64 false',
      'high Float64 false',
      'low Float64 false',
      'close Float64 false',
      'volume Int64 false',
    ]);
    expect([...table.schema.metadata]).toEqual([
      ['symbol', 'AAPL'],
      ['data_source', 'polygon_1m'],
    ]);
    expect([...(table.getChild('close')?.toArray() ?? [])]).toEqual([0.0001, 64.5014, 99_999_999_999.9999]);
    expect([...(table.getChild('volume')?.toArray() ?? [])]).toEqual([0n, 3_000_000_000n, 6_000_000_000n]);
    const { values } = table.getChild('timestamp')?.data[0] ?? {};
    expect([...(values ?? [])]).toEqual([-60_000_000n, 0n, 1_717_421_400_000_000n]);
  });

  test('have their exact prices as decimals', () => {
    const series = bars();
    const table = tableFromIPC(tableToIPC(toArrow(series, { prices: 'decimal128' }), 'file'));
    const close = table.getChild('close');
    expect(String(close?.type)).toBe('Decimal[15e+4]');
    const words: Uint32Array = close?.data[0]?.values ?? new Uint32Array();
    const exact = Array.from({ length: series.length }, (_, row) =>
      [3, 2, 1, 0].reduce((sum, word) => (sum << 32n) | BigInt(words[4 * row + word] ?? 0), 0n),
    );
    expect(exact).toEqual([1n, 645_014n, 999_999_999_999_999n]);
  });

  test("are the reader's own memory where they can be", () => {
    const series = bars();
    const table = toArrow(series);
    const memory = (name: string) => table.getChild(name)?.data[0]?.values.buffer;
    expect(memory('close')).toBe(series.prices.close.buffer);
    expect(memory('volume')).toBe(series.volume.buffer);
  });

  test('of an empty series are a table without rows', () => {
    const table = tableFromIPC(tableToIPC(toArrow(new BarSeries(KEY, new ColumnsBuilder()))));
    expect([table.numRows, table.numCols]).toEqual([0, 6]);
  });
});
