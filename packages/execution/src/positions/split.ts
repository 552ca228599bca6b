import { cashInLieu, Decimal, type SplitTerms, splitQuantity } from '@trading/model';
import { averagePrice, type Holding } from './position';

/** A split of a holding. */
export interface Split extends SplitTerms {
  /** Price per old share at which a fraction is sold; null sells it at its cost. */
  readonly referencePrice: Decimal | null;
}

/** What a split did. */
export interface SplitEffect {
  readonly holding: Holding;
  /** P&L that the sale of a fraction realised; exact. */
  readonly realized: Decimal;
  /** What was paid for a fraction, signed: a short position pays it. */
  readonly cash: Decimal;
}

const COST_UNITS = '1e8';
const ONE_COST_UNIT = '1e-8';

/**
 * Applies a split to a holding: quantity x numerator / denominator, the cost stays. A fraction that is left over is cash
 * in lieu: it takes its share of the cost, as a partial close does, and is sold at the reference price x denominator /
 * numerator. `execution.apply_split` is the same rule in SQL; a test compares the two.
 */
export function applySplit(holding: Holding, split: Split): SplitEffect {
  const shares = splitQuantity(holding.quantity, split);
  const cost = costOfKept(holding, shares, split);
  const cash = shares.rest.isZero()
    ? new Decimal(0)
    : split.referencePrice === null
      ? holding.cost.minus(cost)
      : cashInLieu(shares, split.referencePrice, split);
  const { kept } = shares;
  return {
    holding: { quantity: kept, cost, avgPrice: kept.isZero() ? new Decimal(0) : averagePrice(cost, kept) },
    realized: cost.minus(holding.cost).plus(cash),
    cash,
  };
}

function costOfKept(
  holding: Holding,
  { kept, rest }: ReturnType<typeof splitQuantity>,
  { numerator, denominator }: Split,
): Decimal {
  if (rest.isZero()) return holding.cost;
  if (kept.isZero()) return new Decimal(0);
  const units = holding.cost.times(kept.abs()).times(denominator).times(COST_UNITS);
  return units.divToInt(holding.quantity.abs().times(numerator)).times(ONE_COST_UNIT);
}
