import { Decimal, type OrderSide } from '@trading/model';

/** A booked fill, as the execution service publishes it. Quantity is unsigned, price and commission are money. */
export interface Fill {
  readonly symbol: string;
  readonly side: OrderSide;
  readonly quantity: Decimal;
  readonly price: Decimal;
  readonly commission: Decimal;
}

/** What is held of one symbol and what the round trip that is under way has brought in so far. */
export interface OpenTrip {
  /** Signed. */
  readonly quantity: Decimal;
  /** Cash in less cash out less commissions since the position was last flat or flipped. */
  readonly cash: Decimal;
}

/** No position. */
export const FLAT: OpenTrip = { quantity: new Decimal(0), cash: new Decimal(0) };

/** Closed round trips by how they ended, after commissions. */
export interface TripCounts {
  readonly wins: number;
  readonly losses: number;
  /** Ended at exactly 0: neither a win nor a loss. */
  readonly breakevens: number;
}

/** No round trip closed yet. */
export const NO_TRIPS: TripCounts = { wins: 0, losses: 0, breakevens: 0 };

/** The cash that a fill brings in: negative for a purchase, commission taken off. */
export function fillCash(fill: Fill): Decimal {
  return signedQuantity(fill).negated().times(fill.price).minus(fill.commission);
}

/**
 * Books a fill. A round trip runs from flat to flat, or from flip to flip: a fill that turns a position around closes
 * one trip and opens the next, and its commission is split between the two by quantity.
 *
 * @returns the position after it, and the profit of the trip that it closed; null where it closed none
 */
export function bookFill(trip: OpenTrip, fill: Fill): { trip: OpenTrip; closedPnl: Decimal | null } {
  const signed = signedQuantity(fill);
  const opposite = trip.quantity.times(signed).isNegative() && !trip.quantity.isZero();
  if (!opposite || trip.quantity.abs().gt(fill.quantity)) {
    const quantity = trip.quantity.plus(signed);
    return { trip: { quantity, cash: trip.cash.plus(fillCash(fill)) }, closedPnl: null };
  }
  const closing = { ...fill, quantity: trip.quantity.abs() };
  const rest = { ...fill, quantity: fill.quantity.minus(closing.quantity) };
  closing.commission = rest.quantity.isZero()
    ? fill.commission
    : fill.commission.times(closing.quantity).div(fill.quantity).toDecimalPlaces(20);
  rest.commission = fill.commission.minus(closing.commission);
  const closedPnl = trip.cash.plus(fillCash(closing));
  if (rest.quantity.isZero()) return { trip: FLAT, closedPnl };
  return { trip: { quantity: signedQuantity(rest), cash: fillCash(rest) }, closedPnl };
}

/** The counts with one closed trip more. */
export function countTrip(counts: TripCounts, pnl: Decimal): TripCounts {
  if (pnl.gt(0)) return { ...counts, wins: counts.wins + 1 };
  if (pnl.lt(0)) return { ...counts, losses: counts.losses + 1 };
  return { ...counts, breakevens: counts.breakevens + 1 };
}

/** Closed round trips, breakevens included. */
export function closedTrips({ wins, losses, breakevens }: TripCounts): number {
  return wins + losses + breakevens;
}

/** Winning closed trips / closed trips, as a percentage from 0 to 100; null before one has closed. */
export function winRate(counts: TripCounts): Decimal | null {
  const closed = closedTrips(counts);
  return closed === 0 ? null : new Decimal(counts.wins).times(100).div(closed);
}

function signedQuantity({ side, quantity }: Fill): Decimal {
  return side === 'buy' ? quantity : quantity.negated();
}
