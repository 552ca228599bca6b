import { Decimal } from '@trading/model';
import { bookFill, FLAT, type OpenTrip } from '../metrics/roundTrips';
import type { DatedFill } from '../sql/selectFills';
import { daysBetween } from './equityCurve';
import { ratio } from './statistics';

/** A closed round trip: from flat to flat, or from one flip to the next. Money is exact. */
export interface RoundTrip {
  readonly symbol: string;
  readonly side: 'long' | 'short';
  /** All that was bought (sold, where short) on the way in. */
  readonly quantity: Decimal;
  /** Trading dates of the first and the last fill. */
  readonly opened: string;
  readonly closed: string;
  /** Calendar days. */
  readonly days: number;
  /** Average prices of the way in and the way out. */
  readonly entryPrice: Decimal;
  readonly exitPrice: Decimal;
  /** After commissions. */
  readonly pnl: Decimal;
  /** pnl / what was paid (received, where short) on the way in. */
  readonly return: number;
}

/** What the closed round trips of a period come to. */
export interface RoundTripFigures {
  readonly closed: number;
  /** Gross wins / gross losses; null where nothing was lost. */
  readonly profitFactor: number | null;
  /** Mean profit of a round trip, in money. */
  readonly expectancy: number | null;
  readonly averageWin: number | null;
  /** Below 0. */
  readonly averageLoss: number | null;
  /** Mean calendar days. */
  readonly averageHoldingDays: number | null;
}

interface Leg {
  readonly quantity: Decimal;
  readonly notional: Decimal;
}

interface Open {
  readonly trip: OpenTrip;
  readonly opened: string;
  readonly entry: Leg;
  readonly exit: Leg;
}

const NOTHING: Leg = { quantity: new Decimal(0), notional: new Decimal(0) };

/** The round trips that fills closed, in the order of their end. @param fills  in the order of their execution */
export function roundTripTable(fills: readonly DatedFill[]): RoundTrip[] {
  const bySymbol = new Map<string, Open>();
  const closed: RoundTrip[] = [];
  for (const fill of fills) {
    const before = bySymbol.get(fill.symbol);
    const { trip, closedPnl } = bookFill(before?.trip ?? FLAT, fill);
    const held = before?.trip.quantity ?? new Decimal(0);
    const signed = fill.side === 'buy' ? fill.quantity : fill.quantity.negated();
    const adds = held.isZero() || held.isNegative() === signed.isNegative();
    const leaving = adds ? new Decimal(0) : Decimal.min(held.abs(), fill.quantity);
    const exit = add(before?.exit ?? NOTHING, leaving, fill.price);
    if (before !== undefined && closedPnl !== null) {
      closed.push(roundTripOf(fill, { ...before, exit }, held.isNegative(), closedPnl));
    }
    const goesOn = before !== undefined && closedPnl === null;
    bySymbol.set(fill.symbol, {
      trip,
      opened: goesOn && !held.isZero() ? before.opened : fill.date,
      entry: add(goesOn ? before.entry : NOTHING, fill.quantity.minus(leaving), fill.price),
      exit: goesOn ? exit : NOTHING,
    });
  }
  return closed;
}

/** Figures of round trips. */
export function roundTripFigures(trips: readonly RoundTrip[]): RoundTripFigures {
  const wins = trips.filter(({ pnl }) => pnl.gt(0));
  const losses = trips.filter(({ pnl }) => pnl.lt(0));
  const sum = (of: readonly RoundTrip[]) =>
    of.reduce((total, { pnl }) => total.plus(pnl), new Decimal(0)).toNumber();
  return {
    closed: trips.length,
    profitFactor: ratio(sum(wins), -sum(losses)),
    expectancy: ratio(sum(trips), trips.length),
    averageWin: ratio(sum(wins), wins.length),
    averageLoss: ratio(sum(losses), losses.length),
    averageHoldingDays: ratio(
      trips.reduce((total, { days }) => total + days, 0),
      trips.length,
    ),
  };
}

function roundTripOf(fill: DatedFill, open: Open, short: boolean, pnl: Decimal): RoundTrip {
  return {
    symbol: fill.symbol,
    side: short ? 'short' : 'long',
    quantity: open.entry.quantity,
    opened: open.opened,
    closed: fill.date,
    days: daysBetween(open.opened, fill.date),
    entryPrice: open.entry.notional.div(open.entry.quantity),
    exitPrice: open.exit.notional.div(open.exit.quantity),
    pnl,
    return: pnl.div(open.entry.notional).toNumber(),
  };
}

function add(leg: Leg, quantity: Decimal, price: Decimal): Leg {
  return { quantity: leg.quantity.plus(quantity), notional: leg.notional.plus(quantity.times(price)) };
}
