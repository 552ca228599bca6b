import { Decimal } from '@trading/model';

/** What an order is sized by. */
export interface SizingBasis {
  /** The last close at or before the decision. */
  readonly referencePrice: Decimal;
  /** Signed position. */
  readonly held: Decimal;
  /** Signed leaves of the working orders. */
  readonly working: Decimal;
}

/**
 * The signed quantity that brings an account to what its strategy wants: whole shares of `targetNotional` at the last
 * close, cut toward zero, less what is held or working already.
 */
export function missingShares(
  targetNotional: string,
  { referencePrice, held, working }: SizingBasis,
): Decimal {
  return new Decimal(targetNotional).divToInt(referencePrice).minus(held).minus(working);
}
