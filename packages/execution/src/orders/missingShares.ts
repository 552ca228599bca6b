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

/** What an account is to hold, signed: in shares where that is said, else in money. Decimal text. */
export interface HoldingTarget {
  readonly targetNotional: string;
  readonly targetQuantity?: string | undefined;
}

/**
 * The signed quantity that brings an account to what its strategy wants: the quantity, or whole shares of the notional at the
 * last close, cut toward zero, less what is held or working already.
 */
export function missingShares(
  { targetNotional, targetQuantity }: HoldingTarget,
  { referencePrice, held, working }: SizingBasis,
): Decimal {
  const wanted =
    targetQuantity === undefined
      ? new Decimal(targetNotional).divToInt(referencePrice)
      : new Decimal(targetQuantity);
  return wanted.minus(held).minus(working);
}
