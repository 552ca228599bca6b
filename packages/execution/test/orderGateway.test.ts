import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal, EVENTS, type EventType } from '@trading/model';
import { createRiskEvents } from '@trading/risk';
import { createOrderGateway, type OrderGateway, type OrderRequest, type ReportedFill } from '../src';
import { barStart, openWorld, type World } from './world';

let world: World;
let gateway: OrderGateway;
beforeAll(async () => {
  world = await openWorld();
  gateway = createOrderGateway({ pool: world.pool, riskEvents: createRiskEvents(), tradingSource: 'yahoo' });
  await world.storeBar('2024-06-03', [99, 101, 98, 100]);
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

const request = (orderId: string, more: Partial<OrderRequest> = {}): OrderRequest => ({
  orderId,
  accountId: 'A',
  symbol: 'AAPL',
  side: 'buy',
  quantity: '2',
  decidedAt: new Date(barStart('2024-06-03')),
  ...more,
});
const fill = (orderId: string, executionId: string, more: Partial<ReportedFill> = {}): ReportedFill => ({
  accountId: 'A',
  orderId,
  executionId,
  quantity: new Decimal('1.5'),
  price: new Decimal('101.25'),
  commission: new Decimal('0.5'),
  executedAt: new Date('2024-06-04T14:30:00.125Z'),
  ...more,
});

/** What was published for an account, without what differs by nature. */
async function eventsOf(
  account: string,
): Promise<{ type: string; service: string; data: Record<string, unknown> }[]> {
  const { rows } = await world.owner.query<{
    event_type: EventType;
    service: string;
    data: Record<string, unknown>;
    occurred_at: Date;
  }>(
    `SELECT event_type, service, data, occurred_at FROM event_bus.outbox WHERE data ->> 'accountId' = $1 ORDER BY xid, id`,
    [account],
  );
  return rows.map(({ event_type, service, data, occurred_at }) => {
    EVENTS[event_type].data.parse(data);
    const { tradeId: _, accountId: _a, ...rest } = data;
    // Made of the account's name.
    if (rest.eventType === 'over_fill') delete rest.riskEventId;
    const text = JSON.stringify({ ...rest, occurred_at }).replaceAll(`${account}-`, '');
    return { type: event_type, service, data: JSON.parse(text) as Record<string, unknown> };
  });
}

async function rowsOf(account: string): Promise<unknown> {
  const { rows } = await world.owner.query(
    `SELECT o.status, o.filled_quantity, o.avg_fill_price, o.reason, o.reference_price, l.from_status, l.to_status, l.event, l.details - 'tradeId' AS details
       FROM execution.orders AS o JOIN execution.execution_logs AS l USING (order_id) WHERE o.account_id = $1 ORDER BY l.id`,
    [account],
  );
  return JSON.parse(JSON.stringify(rows).replaceAll(`${account}-`, ''));
}

describe('the gateway', () => {
  it('stores and publishes what the one-at-a-time calls store and publish', async () => {
    for (const account of ['one', 'batch']) {
      await world.risk.limits.openAccount(account, '100000');
      await world.risk.limits.set(account, 'max_order_quantity', '100');
    }
    const steps = async (
      account: string,
      place: (request: OrderRequest) => Promise<unknown>,
      book: (fill: ReportedFill) => Promise<unknown>,
    ) => {
      const limit = request(`${account}-1`, {
        accountId: account,
        orderType: 'limit',
        price: '102',
        timeInForce: 'gtc',
        strategyId: 's',
      });
      await place(limit);
      await place(request(`${account}-2`, { accountId: account, quantity: '101' }));
      await place(limit);
      await expect(place({ ...limit, price: '103' })).rejects.toMatchObject({
        code: 'EXECUTION.ORDER_ID_TAKEN',
      });
      await book(fill(`${account}-1`, 'x-1', { accountId: account }));
      await book(fill(`${account}-1`, 'x-1', { accountId: account }));
      await book(fill(`${account}-1`, 'x-2', { accountId: account, quantity: new Decimal('0.5') }));
      await book(fill(`${account}-1`, 'x-3', { accountId: account, quantity: new Decimal('0.5') }));
    };
    await steps(
      'one',
      (each) => world.execution.placeOrder(each),
      (each) => world.execution.bookFill(each),
    );
    await steps(
      'batch',
      (each) => gateway.place(each),
      (each) => gateway.book(each),
    );
    expect(await eventsOf('batch')).toEqual(await eventsOf('one'));
    expect(await rowsOf('batch')).toEqual(await rowsOf('one'));
  });

  it('keeps every guarantee for a thousand calls at once', async () => {
    await world.risk.limits.set('A', 'max_orders_per_minute', '100000');
    await world.risk.limits.set('A', 'duplicate_window', '0');
    await world.risk.limits.setPosition('A', 'AAPL', { maxQuantity: '1000' });
    const orders = await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        gateway.place(request(`g-${index % 600}`, { quantity: '2' })),
      ),
    );
    const allowed = [
      ...new Set(orders.filter(({ status }) => status === 'submitted').map(({ orderId }) => orderId)),
    ];
    expect(allowed).toHaveLength(500);
    const reports = allowed.flatMap((orderId) =>
      [0, 1, 0].map((part) => fill(orderId, `${orderId}-${part}`, { quantity: new Decimal(1) })),
    );
    const outcomes = await Promise.all(reports.map((each) => gateway.book(each)));
    expect(outcomes.filter((outcome) => outcome === 'booked')).toHaveLength(1000);
    const { rows } = await world.owner.query(
      `SELECT quantity, trade_count FROM execution.positions WHERE account_id = 'A'`,
    );
    expect(rows).toEqual([{ quantity: '1000.0000', trade_count: '1000' }]);
    expect(await world.execution.verify()).toEqual([]);
  });

  it('gives each call its own error, and the others their result', async () => {
    const [good, bad, worse] = await Promise.allSettled([
      gateway.place(request('e-1', { side: 'sell', quantity: '1' })),
      gateway.place(request('e-2', { side: 'sell', quantity: '1', decidedAt: new Date(Number.NaN) })),
      gateway.place(request('e-3', { quantity: '0' })),
    ]);
    expect(good).toMatchObject({ status: 'fulfilled', value: { status: 'submitted' } });
    expect(bad?.status).toBe('rejected');
    expect(worse).toMatchObject({ status: 'rejected', reason: { code: 'EXECUTION.INVALID_ORDER' } });
    expect(await gateway.book(fill('nobody', 'x'))).toBe('unknown_order');
  });
});
