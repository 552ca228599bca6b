import { COMMISSION_COLUMN, Decimal, type OrderSide, roundToColumn } from '@trading/model';

/** What a broker charges for a fill: per share with a least amount, or a part of the traded value. */
export type CommissionModel =
  | { readonly kind: 'perShare'; readonly perShare: string; readonly minimum: string }
  | { readonly kind: 'bps'; readonly bps: string };

/** What trading costs on paper. */
export interface TradingCosts {
  readonly commission: CommissionModel;
  /** How much worse than the bar's price a market or stop order fills, in hundredths of a percent. */
  readonly slippageBps: string;
}

/** Half a cent a share with a dollar at least, and one basis point of slippage: a retail broker's order of size. */
export const DEFAULT_COSTS: TradingCosts = {
  commission: { kind: 'perShare', perShare: '0.005', minimum: '1' },
  slippageBps: '1',
};

/** The commission of one fill, in money, rounded half away from zero to 4 decimals. */
export function commissionOf(model: CommissionModel, quantity: Decimal, price: Decimal): Decimal {
  const exact =
    model.kind === 'perShare'
      ? Decimal.max(quantity.times(model.perShare), model.minimum)
      : quantity.times(price).times(model.bps).div(10_000);
  return roundToColumn(exact, COMMISSION_COLUMN);
}

/** A price moved against the order by the slippage, rounded to 4 decimals and never below the smallest price. */
export function slip(price: Decimal, side: OrderSide, slippageBps: string): Decimal {
  const factor = new Decimal(slippageBps).div(10_000);
  const moved = price.times(side === 'buy' ? factor.plus(1) : new Decimal(1).minus(factor));
  return Decimal.max(roundToColumn(moved), '0.0001');
}
