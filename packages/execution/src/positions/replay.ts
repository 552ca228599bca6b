import { Decimal } from '@trading/model';
import { applyFill, FLAT, type Holding } from './position';
import { applySplit, type Split } from './split';

/** A fill or a bust in a position's chain. */
export interface ReplayedTrade {
  readonly kind: 'trade';
  /** Trading date of the fill, `YYYY-MM-DD`; of a bust, that of the fill that it takes back. */
  readonly onDate: string;
  /** Signed. */
  readonly quantity: Decimal;
  readonly price: Decimal;
  readonly commission: Decimal;
}

/** A split in a position's chain. */
export interface ReplayedSplit extends Split {
  readonly kind: 'split';
  readonly actionId: string;
  readonly exDate: string;
}

/** Where a position stands after one of its entries. */
export interface ReplayStep<Entry> {
  readonly entry: Entry;
  readonly holding: Holding;
  /** All P&L realised so far. */
  readonly realized: Decimal;
  /** All cash in lieu so far. */
  readonly cash: Decimal;
}

/**
 * Derives a position from its trades and splits in the order of the market: a split before every fill of its ex-date or
 * later, whenever each was booked; trades between two splits in the order in which they were booked.
 * `execution.replay_position` is the same rule in SQL; a test compares the two.
 *
 * @param trades  in the order of booking
 */
export function replayPosition<Trade extends ReplayedTrade, Action extends ReplayedSplit>(
  trades: readonly Trade[],
  splits: readonly Action[],
): ReplayStep<Trade | Action>[] {
  const inOrder = [...splits].sort(
    (one, other) => order(one.exDate, other.exDate) || order(one.actionId, other.actionId),
  );
  const waiting = trades.map((trade) => ({
    trade,
    after: inOrder.filter(({ exDate }) => exDate <= trade.onDate).length,
  }));
  const steps: ReplayStep<Trade | Action>[] = [];
  let now = { holding: FLAT, realized: new Decimal(0), cash: new Decimal(0) };
  const step = (entry: Trade | Action, holding: Holding, realized: Decimal, cash: Decimal) => {
    now = { holding, realized: now.realized.plus(realized), cash: now.cash.plus(cash) };
    steps.push({ entry, ...now });
  };
  for (let epoch = 0; epoch <= inOrder.length; epoch += 1) {
    const split = inOrder[epoch - 1];
    if (split !== undefined && !now.holding.quantity.isZero()) {
      const effect = applySplit(now.holding, split);
      step(split, effect.holding, effect.realized, effect.cash);
    }
    for (const { trade, after } of waiting) {
      if (after !== epoch) continue;
      const effect = applyFill(now.holding, trade.quantity, trade.price, trade.commission);
      step(trade, effect.holding, effect.realized, new Decimal(0));
    }
  }
  return steps;
}

function order(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
