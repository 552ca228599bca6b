import { ColumnsBuilder } from '@trading/ingestion';
import { dailyBarStart } from '@trading/model';

/** How long the bars are: a day, or a minute of one day. */
export type BarLength = 'day' | 'minute';

/** The series at whose prices orders fill, and the one that gives signals. */
export interface Sources {
  readonly trading: string;
  readonly signal: string;
}

/** The two series of each length. */
export const SOURCES: Readonly<Record<BarLength, Sources>> = {
  day: { trading: 'yahoo', signal: 'yahoo_adjusted' },
  minute: { trading: 'yahoo_1m', signal: 'yahoo_adjusted_1m' },
};

/** The name of a symbol, by its number. */
export const symbolName = (number: number) => `S${number}`;

/** Starts of consecutive bars: weekdays of New York, or the minutes from one session's open on. */
export function* barStarts(length: BarLength): Generator<Date> {
  const first = Date.UTC(2020, 0, 2);
  for (let n = 0; ; n += 1) {
    if (length === 'minute') yield new Date(first + (14.5 * 60 + n) * 60_000);
    else {
      const day = new Date(first + n * 86_400_000);
      if (day.getUTCDay() % 6 !== 0) yield dailyBarStart(day.toISOString().slice(0, 10));
    }
  }
}

/** Close of a symbol's bar, in ticks of 0.0001: waves of two to four weeks, each symbol at another point of its own. */
export function closeTicks(symbol: number, bar: number): number {
  const wave = Math.sin((bar + symbol * 7) / (2 + (symbol % 5) / 2));
  return 1_000_000 + Math.round(80_000 * wave) + 100 * (bar % 50);
}

/** One bar of every symbol, in both series. @param close  in ticks */
export function barsAt(
  symbols: number,
  bar: number,
  start: Date,
  sources: Sources,
  close: (symbol: number, bar: number) => number = closeTicks,
): ColumnsBuilder {
  const columns = new ColumnsBuilder(symbols * 2);
  for (let symbol = 0; symbol < symbols; symbol += 1) {
    const price = close(symbol, bar);
    for (const dataSource of [sources.trading, sources.signal]) {
      columns.append(columns.seriesIndex({ symbol: symbolName(symbol), dataSource }), {
        timestamp: start.getTime(),
        open: price - 1_000,
        high: price + 5_000,
        low: price - 5_000,
        close: price,
        volume: 1_000_000n,
      });
    }
  }
  return columns;
}
