import type { Decimal } from './decimal';

/** How many new shares a split gives for how many old ones, and what becomes of fractions. */
export interface SplitTerms {
  readonly numerator: Decimal;
  readonly denominator: Decimal;
  /** True where fractions of a share are sold; otherwise only what does not fit 4 decimals is. */
  readonly wholeShares: boolean;
}

/** What a split makes of a quantity. */
export interface SplitQuantity {
  /** New shares that are kept, signed. */
  readonly kept: Decimal;
  /** New shares that are left over and sold, times the numerator's denominator: see {@link cashInLieu}. */
  readonly rest: Decimal;
}

/** Applies a split to a signed quantity, cut toward zero at what an account can hold. */
export function splitQuantity(
  quantity: Decimal,
  { numerator, denominator, wholeShares }: SplitTerms,
): SplitQuantity {
  const grown = quantity.times(numerator);
  const kept = wholeShares
    ? grown.divToInt(denominator)
    : grown.times(10_000).divToInt(denominator).times('0.0001');
  return { kept, rest: grown.minus(kept.times(denominator)) };
}

/**
 * What the fraction that a split leaves over is sold for, to 8 decimals, half away from zero, through one exact division.
 *
 * @param price  per old share
 */
export function cashInLieu({ rest }: SplitQuantity, price: Decimal, { numerator }: SplitTerms): Decimal {
  const units = rest.abs().times(price).times(2).times('1e8').plus(numerator).divToInt(numerator.times(2));
  return units.times('1e-8').times(rest.isNegative() ? -1 : 1);
}
