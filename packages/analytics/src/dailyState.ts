import { cashInLieu, Decimal, PRICE_COLUMN, roundToColumn, splitQuantity } from '@trading/model';
import { addEquity, type Drawdown, startDrawdown } from './metrics/drawdown';
import { equityReturn } from './metrics/equityReturn';
import {
  bookFill,
  countTrip,
  type Fill,
  FLAT,
  fillCash,
  NO_TRIPS,
  type OpenTrip,
  type TripCounts,
} from './metrics/roundTrips';
import { addReturn, NO_RETURNS, type ReturnStatistics } from './metrics/sharpeRatio';
import type { UnitChange } from './sql/selectUnitChanges';

/** A holding of one symbol at the end of a day. */
export interface Holding extends OpenTrip {
  /** The last close seen, or the price of the last fill where no bar was seen yet. */
  readonly mark: Decimal;
}

/**
 * Where a strategy stands at the close of a trading date: enough to go on from without looking back. All of it is exact,
 * so going on day by day gives the same state as starting over.
 */
export interface DailyState {
  /** Starting capital plus what all fills brought in. */
  readonly cash: Decimal;
  /** By symbol; every symbol that was ever marked or traded. */
  readonly holdings: Readonly<Record<string, Holding>>;
  /** cash + sum of quantity x mark. */
  readonly equity: Decimal;
  /** The day's return; null at the start and after ruin. */
  readonly dayReturn: Decimal | null;
  readonly returns: ReturnStatistics;
  readonly drawdown: Drawdown;
  readonly trips: TripCounts;
}

/** What a trading date brought: splits before its open, fills in the order of their booking, then closes by symbol. */
export interface TradingDay {
  readonly date: string;
  readonly fills: readonly Fill[];
  readonly closes: Readonly<Record<string, Decimal>>;
  /** In order; none unless given. */
  readonly splits?: readonly UnitChange[];
}

/** Before the first day. @param startingCapital  above 0 */
export function startingState(startingCapital: Decimal): DailyState {
  return {
    cash: startingCapital,
    holdings: {},
    equity: startingCapital,
    dayReturn: null,
    returns: NO_RETURNS,
    drawdown: startDrawdown(startingCapital),
    trips: NO_TRIPS,
  };
}

/** The state one trading date later. */
export function advanceDay(state: DailyState, day: TradingDay): DailyState {
  let { cash, trips } = state;
  const holdings: Record<string, Holding> = { ...state.holdings };
  for (const split of day.splits ?? []) {
    const held = holdings[split.symbol];
    if (held === undefined) continue;
    const { trip, closedPnl, paid } = splitHolding(held, split);
    holdings[split.symbol] = trip;
    cash = cash.plus(paid);
    if (closedPnl !== null) trips = countTrip(trips, closedPnl);
  }
  for (const fill of day.fills) {
    const { trip, closedPnl } = bookFill(holdings[fill.symbol] ?? FLAT, fill);
    holdings[fill.symbol] = { ...trip, mark: fill.price };
    cash = cash.plus(fillCash(fill));
    if (closedPnl !== null) trips = countTrip(trips, closedPnl);
  }
  for (const [symbol, close] of Object.entries(day.closes)) {
    holdings[symbol] = { ...(holdings[symbol] ?? FLAT), mark: close };
  }
  const equity = Object.values(holdings).reduce(
    (sum, { quantity, mark }) => sum.plus(quantity.times(mark)),
    new Decimal(cash),
  );
  const dayReturn = equityReturn(state.equity, equity);
  return {
    cash,
    holdings,
    equity,
    dayReturn,
    returns: dayReturn === null ? state.returns : addReturn(state.returns, dayReturn),
    drawdown: addEquity(state.drawdown, equity),
    trips,
  };
}

/** A holding after a split. A fraction that can't be held is sold at the last price, as the position's is. */
function splitHolding(
  held: Holding,
  split: UnitChange,
): { trip: Holding; closedPnl: Decimal | null; paid: Decimal } {
  const { numerator, denominator } = split;
  const mark = roundToColumn(held.mark.times(denominator).div(numerator), PRICE_COLUMN);
  const shares = splitQuantity(held.quantity, split);
  const paid = shares.rest.isZero() ? new Decimal(0) : cashInLieu(shares, held.mark, split);
  const cash = held.cash.plus(paid);
  if (shares.kept.isZero() && !held.quantity.isZero())
    return { trip: { ...FLAT, mark }, closedPnl: cash, paid };
  return { trip: { quantity: shares.kept, cash, mark }, closedPnl: null, paid };
}
