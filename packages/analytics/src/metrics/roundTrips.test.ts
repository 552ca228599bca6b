import { describe, expect, it } from '@jest/globals';
import { Decimal } from '@trading/model';
import fc from 'fast-check';
import { bookFill, closedTrips, countTrip, type Fill, FLAT, fillCash, NO_TRIPS, winRate } from './roundTrips';

const fill = (quantity: number, price: string, commission = '0'): Fill => ({
  symbol: 'AAPL',
  side: quantity > 0 ? 'buy' : 'sell',
  quantity: new Decimal(Math.abs(quantity)),
  price: new Decimal(price),
  commission: new Decimal(commission),
});

function closedBy(...fills: Fill[]): string[] {
  let trip = FLAT;
  return fills.flatMap((next) => {
    const booked = bookFill(trip, next);
    trip = booked.trip;
    return booked.closedPnl === null ? [] : [booked.closedPnl.toString()];
  });
}

describe('round trips', () => {
  it('run from flat to flat, commissions taken off', () => {
    expect(closedBy(fill(10, '100', '1'), fill(10, '110', '1'), fill(-20, '120', '2'))).toEqual(['296']);
  });

  it('close once, however many fills it takes', () => {
    expect(closedBy(fill(10, '100'), fill(-4, '90'), fill(-6, '105'))).toEqual(['-10']);
  });

  it('of shorts win when the price falls', () => {
    expect(closedBy(fill(-10, '100', '1'), fill(10, '90', '1'))).toEqual(['98']);
  });

  it('close and open at a flip, the commission split by quantity', () => {
    // Of the sale's 6, 10 of 30 shares close: 2. So 10 x 10 - 1 - 2; then short 20 at 110, 4 paid, bought back at 110.
    expect(closedBy(fill(10, '100', '1'), fill(-30, '110', '6'), fill(20, '110', '1'))).toEqual(['97', '-5']);
  });

  it('are wins, losses, or breakevens that are neither', () => {
    const counts = ['5', '-1', '0', '3'].reduce((all, pnl) => countTrip(all, new Decimal(pnl)), NO_TRIPS);
    expect(counts).toEqual({ wins: 2, losses: 1, breakevens: 1 });
    expect([closedTrips(counts), winRate(counts)?.toString(), winRate(NO_TRIPS)]).toEqual([4, '50', null]);
  });

  it('bring in all cash, whatever the fills: what closed plus what is open', () => {
    const fills = fc.array(
      fc
        .tuple(
          fc.integer({ min: -20, max: 20 }),
          fc.integer({ min: 1, max: 500 }),
          fc.integer({ min: 0, max: 9 }),
        )
        .filter(([quantity]) => quantity !== 0)
        .map(([quantity, price, fee]) => fill(quantity, String(price), String(fee))),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(fills, (all) => {
        let trip = FLAT;
        let closed = new Decimal(0);
        for (const next of all) {
          const booked = bookFill(trip, next);
          trip = booked.trip;
          closed = closed.plus(booked.closedPnl ?? 0);
        }
        const cash = all.reduce((sum, next) => sum.plus(fillCash(next)), new Decimal(0));
        expect(closed.plus(trip.cash).toString()).toBe(cash.toString());
        const held = all.reduce(
          (sum, { side, quantity }) => sum.plus(side === 'buy' ? quantity : quantity.neg()),
          new Decimal(0),
        );
        expect(trip.quantity.toString()).toBe(held.toString());
      }),
    );
  });
});
