import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Decimal } from '@trading/model';
import fc from 'fast-check';
import {
  createPaperBroker,
  createSimulatedAccount,
  type FillModel,
  isTerminal,
  type Order,
  type OrderRequest,
} from '../src';
import { barStart, openWorld, type World } from './world';

/** Orders share a bar's volume, are refused now and then, and cost what orders cost. */
const MODEL: FillModel = {
  commission: { kind: 'perShare', perShare: '0.005', minimum: '1' },
  slippageBps: '5',
  maxVolumeShare: '0.0004',
  rejectRate: 0.1,
  seed: 'any',
};
const LAST_DAY = 12;

let world: World;
beforeAll(async () => {
  world = await openWorld(MODEL);
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

const dayOf = (day: number) => `2024-06-${String(day).padStart(2, '0')}`;
const startOf = (day: number) => new Date(barStart(dayOf(day)));
const cents = fc.integer({ min: 9_000, max: 11_000 }).map((value) => new Decimal(value).div(100));
const bar = fc.tuple(cents, cents, cents, cents).map(([open, one, other, close]) => ({
  open,
  high: Decimal.max(open, one, other, close),
  low: Decimal.min(open, one, other, close),
  close,
  volume: 1_000_000n,
}));
const order = fc
  .record({
    day: fc.integer({ min: 1, max: LAST_DAY - 1 }),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    orderType: fc.constantFrom('market' as const, 'limit' as const, 'stop' as const, 'stop_limit' as const),
    timeInForce: fc.constantFrom('day' as const, 'gtc' as const, 'ioc' as const, 'fok' as const),
    quantity: fc.integer({ min: 1, max: 300 }).map(String),
    price: cents,
    stopPrice: cents,
  })
  .filter(({ orderType, timeInForce }) => !orderType.startsWith('stop') || /day|gtc/.test(timeInForce));

let run = 0;

it('an account in memory comes to what the service books of the same orders and bars', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(order, { minLength: 1, maxLength: 8 }),
      fc.array(bar, { minLength: LAST_DAY, maxLength: LAST_DAY }),
      async (orders, bars) => {
        run += 1;
        const symbol = `S${run}`;
        const accountId = `A${run}`;
        await world.risk.limits.openAccount(accountId, '10000000');
        const account = createSimulatedAccount({
          broker: createPaperBroker(MODEL),
          session: { barIsSession: true },
        });
        for (const [index, prices] of bars.entries()) {
          const day = index + 1;
          const { open, high, low, close } = prices;
          await world.storeBar(dayOf(day), [Number(open), Number(high), Number(low), Number(close)], symbol);
          await world.announceBars(dayOf(day), dayOf(day), symbol);
          await world.settle();
          account.meet(symbol, { ...prices, timestamp: startOf(day) });
          for (const [place, asked] of orders.entries()) {
            if (asked.day !== day) continue;
            const { price, stopPrice, day: _day, ...rest } = asked;
            const request: OrderRequest & { decidedAt: Date } = {
              ...rest,
              orderId: `${symbol}-${place}`,
              accountId,
              symbol,
              tradingSource: 'yahoo',
              decidedAt: startOf(day),
              ...(/limit/.test(asked.orderType) ? { price } : {}),
              ...(/stop/.test(asked.orderType) ? { stopPrice } : {}),
            };
            const booked = await world.execution.placeOrder(request);
            const denied = booked.reason?.startsWith('denied: ') ? booked.reason.slice(8) : null;
            account.place(request, denied);
          }
        }

        const stored = await Promise.all(
          account.orders().map(({ orderId }) => world.execution.readOrder(orderId)),
        );
        // How far it was matched is remembered of orders that work; it says nothing of those that are done.
        const comparable = (list: readonly Order[]) =>
          JSON.parse(
            JSON.stringify(
              list.map((one) => ({
                ...one,
                correlationId: null,
                matchedThrough: null,
                triggeredAt: isTerminal(one.status) ? null : one.triggeredAt,
              })),
            ),
          );
        expect(comparable(account.orders())).toEqual(comparable(stored));
        const { rows } = await world.owner.query(
          `SELECT symbol, trim_scale(quantity)::text AS quantity, trim_scale(cost_basis)::text AS cost,
                  trim_scale(avg_price)::text AS average, trim_scale(realized_pnl)::text AS realized,
                  trim_scale(mark_price)::text AS mark
             FROM execution.positions WHERE account_id = $1 AND trade_count > 0`,
          [accountId],
        );
        expect(
          account.positions().map(({ symbol: held, holding, realizedPnl, mark }) => ({
            symbol: held,
            quantity: String(holding.quantity),
            cost: String(holding.cost),
            average: String(holding.avgPrice),
            realized: String(realizedPnl),
            mark: String(mark),
          })),
        ).toEqual(rows);
      },
    ),
    { numRuns: 12, seed: 11, endOnFailure: true },
  );
});
