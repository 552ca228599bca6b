import { Decimal, PRICE_COLUMN, roundToColumn } from '@trading/model';
import type { DailyClose } from './sql/selectDailyCloses';
import type { UnitChange } from './sql/selectUnitChanges';

const ONE = new Decimal(1);

/** Prices have 4 decimals on both sides of a split. */
const ROUNDING = '0.0001';

/**
 * Closes in the shares of their own day: what a split rewrote since is put back. Where that gives the price at which the
 * day was valued, within the rounding of the column, the day keeps that price, so that its figures stay to the cent.
 *
 * @param changes  the splits of the series
 * @param marks  the prices at which days were valued, by `date symbol`
 */
export function inSharesOfTheDay(
  closes: readonly DailyClose[],
  changes: readonly UnitChange[],
  marks: ReadonlyMap<string, Decimal>,
): DailyClose[] {
  const rewritten = changes.filter((change) => change.rewritten);
  if (rewritten.length === 0) return [...closes];
  return closes.map((one) => {
    const factor = rewritten
      .filter(({ symbol, exDate }) => symbol === one.symbol && one.date < exDate)
      .reduce((product, { numerator, denominator }) => product.times(numerator).div(denominator), ONE);
    if (factor.eq(1)) return one;
    const close = roundToColumn(one.close.times(factor), PRICE_COLUMN);
    const valued = marks.get(`${one.date} ${one.symbol}`);
    const same = valued?.minus(close).abs().lte(factor.plus(1).times(ROUNDING)) === true;
    return { ...one, close: same && valued !== undefined ? valued : close };
  });
}
