import { ColumnsBuilder } from '@trading/ingestion';

/** The series that the benchmarks of bars load. */
export const DATA_SOURCE = 'polygon_1m';
/** Bars of one symbol. */
export const BARS_A_SYMBOL = 10_000;

/** The symbol with this number. */
export function symbolOf(number: number): string {
  return `S${number}`;
}

/** Bars of one minute, a symbol at a time; from `every` one can leave bars out, and `ticks` moves all prices. */
export function* minuteBars(
  symbols: { readonly first: number; readonly count: number },
  { every = 1, ticks = 0 }: { readonly every?: number; readonly ticks?: number } = {},
): Generator<ColumnsBuilder> {
  for (let number = symbols.first; number < symbols.first + symbols.count; number++) {
    const columns = new ColumnsBuilder(Math.ceil(BARS_A_SYMBOL / every));
    const series = columns.seriesIndex({ symbol: symbolOf(number), dataSource: DATA_SOURCE });
    for (let minute = 0; minute < BARS_A_SYMBOL; minute += every) {
      const open = 1_000_000 + ((minute * 7_919 + number) % 100_000) + ticks;
      columns.append(series, {
        timestamp: Date.UTC(2020, 0, 1) + minute * 60_000,
        open,
        high: open + 500,
        low: open - 500,
        close: open + 10,
        volume: BigInt(1_000 + minute),
      });
    }
    yield columns;
  }
}
