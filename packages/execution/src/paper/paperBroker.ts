import type { Order } from '../order';
import { DEFAULT_COSTS } from './costs';
import type { PriceBar } from './fillPrice';
import { type FillModel, type Match, matchBar, type SessionRule } from './matchBar';

/** A broker that fills orders from bars: deterministic, with no state of its own. */
export interface PaperBroker {
  /** What a bar makes of working orders. */
  match(orders: readonly Order[], bar: PriceBar, session: SessionRule): Match[];
}

/** Makes a paper broker; what is not told costs as in {@link DEFAULT_COSTS}. */
export function createPaperBroker(model: Partial<FillModel> = {}): PaperBroker {
  const complete = { ...DEFAULT_COSTS, ...model };
  return { match: (orders, bar, session) => matchBar(orders, bar, complete, session) };
}
