import { type Bar, type Decimal, roundToColumn } from '@trading/model';

/** The four prices of a bar as a provider gives them, before they are rounded to a column. */
export interface QuotedPrices {
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
}

/**
 * A bar of the dividend-adjusted series: open, high and low scaled by adjclose / close, adjclose as close. Volume is
 * not scaled.
 *
 * Each price is computed from the unrounded quotes and rounded once, half away from zero, to the column. Scaling by
 * one factor and rounding both keep order, so a high that was the highest and a low that was the lowest stay so.
 */
export function adjustedPrices(quoted: QuotedPrices, adjustedClose: Decimal): QuotedPrices {
  // Multiplied first: a price that equals the close must come out as adjclose, to the last digit.
  const scaled = (price: Decimal) => roundToColumn(price.times(adjustedClose).dividedBy(quoted.close));
  return {
    open: scaled(quoted.open),
    high: scaled(quoted.high),
    low: scaled(quoted.low),
    close: roundToColumn(adjustedClose),
  };
}

/** A provider's quotes rounded to the column, half away from zero: order is kept. */
export function roundedPrices(quoted: QuotedPrices): QuotedPrices {
  return {
    open: roundToColumn(quoted.open),
    high: roundToColumn(quoted.high),
    low: roundToColumn(quoted.low),
    close: roundToColumn(quoted.close),
  };
}

/** Whether two bars of one key hold the same values. */
export function sameValues(
  left: Pick<Bar, 'open' | 'high' | 'low' | 'close' | 'volume'>,
  right: Pick<Bar, 'open' | 'high' | 'low' | 'close' | 'volume'>,
): boolean {
  return (
    left.volume === right.volume &&
    left.open.eq(right.open) &&
    left.high.eq(right.high) &&
    left.low.eq(right.low) &&
    left.close.eq(right.close)
  );
}
