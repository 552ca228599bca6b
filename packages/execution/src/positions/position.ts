import { Decimal } from '@trading/model';

/** What is held of one symbol, at average cost. */
export interface Holding {
  /** Signed: below zero is short. */
  readonly quantity: Decimal;
  /** What the held quantity cost, signed, exact to 8 decimals. */
  readonly cost: Decimal;
  /** `cost / quantity`, rounded to 4 decimals; a partial close leaves it as it was. */
  readonly avgPrice: Decimal;
}

/** What one fill did. */
export interface FillEffect {
  readonly holding: Holding;
  /** P&L that the fill realised, after its whole commission; exact. */
  readonly realized: Decimal;
  /** How much of the fill closed what was held, unsigned. */
  readonly closedQuantity: Decimal;
  /** The closing leg's part of the commission: all of it, or its share of a fill that flips the position. */
  readonly closingCommission: Decimal;
}

/** Nothing held. */
export const FLAT: Holding = { quantity: new Decimal(0), cost: new Decimal(0), avgPrice: new Decimal(0) };

const COST_UNITS = '1e8';
const ONE_COST_UNIT = '1e-8';

/**
 * Applies a fill to a holding at average cost. Adding keeps the cost of both; a partial close keeps its share of the
 * cost, cut toward zero at the eighth decimal; a flip starts the rest at the fill's price. What a cut drops is realised,
 * so at any mark: realised + (quantity x mark - cost) = sum(-fill x price) - commissions + quantity x mark, to the last
 * digit. `execution.apply_fill` is the same rule in SQL; a test compares the two.
 *
 * @param fill  signed quantity, not zero
 */
export function applyFill(holding: Holding, fill: Decimal, price: Decimal, commission: Decimal): FillEffect {
  const quantity = holding.quantity.plus(fill);
  const opposite = holding.quantity.times(fill).isNegative() && !holding.quantity.isZero();
  const closedQuantity = opposite ? Decimal.min(holding.quantity.abs(), fill.abs()) : new Decimal(0);
  const next = nextHolding(holding, quantity, fill, price, opposite);
  return {
    holding: next,
    realized: next.cost.minus(holding.cost).minus(fill.times(price)).minus(commission),
    closedQuantity,
    closingCommission: commission.times(closedQuantity).div(fill.abs()),
  };
}

function nextHolding(
  holding: Holding,
  quantity: Decimal,
  fill: Decimal,
  price: Decimal,
  opposite: boolean,
): Holding {
  if (quantity.isZero()) return FLAT;
  if (!opposite) {
    const cost = holding.cost.plus(fill.times(price));
    return { quantity, cost, avgPrice: averagePrice(cost, quantity) };
  }
  if (fill.abs().lt(holding.quantity.abs())) {
    const units = holding.cost.times(quantity.abs()).times(COST_UNITS).divToInt(holding.quantity.abs());
    return { quantity, cost: units.times(ONE_COST_UNIT), avgPrice: holding.avgPrice };
  }
  return { quantity, cost: quantity.times(price), avgPrice: price };
}

/**
 * `|total| / |quantity|` to 4 decimals, half away from zero, through one exact integer division: dividing first and
 * rounding after would round twice.
 */
export function averagePrice(total: Decimal, quantity: Decimal): Decimal {
  const shares = quantity.abs();
  return total.abs().times(20_000).plus(shares).divToInt(shares.times(2)).times('0.0001');
}

/** P&L of what is held at a price: `quantity x mark - cost`, exact. */
export function unrealized(holding: Holding, mark: Decimal): Decimal {
  return holding.quantity.times(mark).minus(holding.cost);
}
