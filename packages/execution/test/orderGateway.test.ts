import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { poolSql } from '@trading/database';
import { Decimal, EVENTS, type EventType } from '@trading/model';
import {
  createExecutionService,
  createOrderGateway,
  createPaperBroker,
  type OrderGateway,
  type OrderRequest,
  type PaperBroker,
  type ReportedFill,
} from '../src';
import { toPlaceable } from '../src/orders/placeOrders';
import { placeOrderRows } from '../src/sql/orders/placeOrders';
import { barStart, FREE, LONG_AGO, openWorld, type World } from './world';

let world: World;
let gateway: OrderGateway;
beforeAll(async () => {
  world = await openWorld();
  gateway = createOrderGateway(onPaper());
  await world.storeBar('2024-06-03', [99, 101, 98, 100]);
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

const ports = () => ({ pool: world.pool });
const onPaper = (paper: PaperBroker = createPaperBroker(FREE), remoteAccounts: readonly string[] = []) => ({
  pool: world.pool,
  brokers: { paper, remoteAccounts: new Set(remoteAccounts) },
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

/** Sends calls two at a time, right after one that comes before them. */
function pairUp<In, Out>(
  send: (input: In) => Promise<Out>,
  before: () => Promise<unknown>,
): (input: In) => Promise<Out> {
  let first: (() => void) | undefined;
  return async (input) => {
    if (first === undefined) {
      await new Promise<void>((resolve) => {
        first = resolve;
      });
    } else {
      const ahead = before();
      first();
      first = undefined;
      const result = send(input);
      await Promise.allSettled([ahead, result]);
      return result;
    }
    return send(input);
  };
}

describe('the gateway', () => {
  it('stores and publishes what the one-at-a-time calls store and publish', async () => {
    for (const account of ['one', 'batch', 'left', 'right', 'busy']) {
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
    // Two of a kind go in one batch, behind a call that keeps the only lane busy.
    const narrow = createOrderGateway({ ...onPaper(), lanes: 1 });
    const place = pairUp(
      (each: OrderRequest) => narrow.place(each),
      () => narrow.place(request('busy', { accountId: 'busy' })),
    );
    const book = pairUp(
      (each: ReportedFill) => narrow.book(each),
      () => narrow.book(fill('busy', 'busy', { accountId: 'busy' })),
    );
    await Promise.all([steps('left', place, book), steps('right', place, book)]);
    const [events, rows] = [await eventsOf('one'), await rowsOf('one')];
    for (const account of ['batch', 'left', 'right']) {
      expect(await eventsOf(account)).toEqual(events);
      expect(await rowsOf(account)).toEqual(rows);
    }
  });

  it('refuses what the paper broker refuses, as the one-at-a-time calls do', async () => {
    const broker = createPaperBroker({ ...FREE, rejectRate: 0.5, seed: 'x' });
    const together = createOrderGateway(onPaper(broker));
    await world.risk.limits.openAccount('P', '100000');
    await world.risk.limits.set('P', 'duplicate_window', '0');
    const ids = Array.from({ length: 20 }, (_, index) => `r-${index}`);
    const placeAll = () => Promise.all(ids.map((id) => together.place(request(id, { accountId: 'P' }))));
    const orders = await placeAll();
    const refusals = ids.map((orderId) => broker.refuse({ orderId }));
    expect(new Set(refusals).size).toBe(2);
    expect(orders.map(({ status, reason }) => [status, reason])).toEqual(
      refusals.map((refusal) =>
        refusal === null ? ['submitted', null] : ['rejected', `rejected: ${refusal}`],
      ),
    );
    // Asked for again, by either way, an order is the one that is there.
    expect(await placeAll()).toEqual(orders);
    const alone = createExecutionService({ ...ports(), broker });
    expect(await alone.placeOrder(request('r-0', { accountId: 'P' }))).toEqual(orders[0]);
    expect(await world.execution.verify({ accountId: 'P' })).toEqual([]);
  });

  it('leaves what a broker session is to hand over pending, as the one-at-a-time calls do', async () => {
    const remoteAccounts = ['far', 'near-1', 'near-2', 'near-3', 'near-4'];
    for (const account of remoteAccounts) {
      await world.risk.limits.openAccount(account, '100000');
      await world.risk.limits.set(account, 'max_decision_age', LONG_AGO);
    }
    const service = createExecutionService({ ...ports(), remoteAccounts });
    const alone = createOrderGateway(onPaper(undefined, remoteAccounts));
    const narrow = createOrderGateway({ ...onPaper(undefined, remoteAccounts), lanes: 1 });
    const order = (accountId: string) =>
      request(`${accountId}-1`, { accountId, orderType: 'limit', price: '102' });
    const placed = [
      await service.placeOrder(order('far')),
      await alone.place(order('near-1')),
      // The first goes ahead, the others share a statement.
      ...(await Promise.all(remoteAccounts.slice(2).map((account) => narrow.place(order(account))))),
    ];
    expect(placed.map(({ status }) => status)).toEqual(placed.map(() => 'pending'));
    const [events, rows] = [await eventsOf('far'), await rowsOf('far')];
    for (const account of remoteAccounts.slice(1)) {
      expect(await eventsOf(account)).toEqual(events);
      expect(await rowsOf(account)).toEqual(rows);
    }
  });

  it('keeps the order that a request takes the place of', async () => {
    await world.risk.limits.openAccount('R', '100000');
    await world.risk.limits.set('R', 'duplicate_window', '0');
    await gateway.place(
      request('R-1', { accountId: 'R', orderType: 'limit', price: '95', timeInForce: 'gtc' }),
    );
    const after = await gateway.place(request('R-2', { accountId: 'R', replacesOrderId: 'R-1' }));
    expect(after).toMatchObject({ status: 'submitted', replacesOrderId: 'R-1' });
    expect(await world.execution.readOrder('R-2')).toMatchObject({ replacesOrderId: 'R-1' });
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

  it('decides on each order of a batch with those before it in view', async () => {
    await world.risk.limits.openAccount('V', '100000');
    await world.risk.limits.set('V', 'duplicate_window', '0');
    await world.risk.limits.setPosition('V', 'AAPL', { maxQuantity: '10' });
    const asked = ['v-1', 'v-2'].map((orderId) =>
      toPlaceable(onPaper().brokers, request(orderId, { accountId: 'V', quantity: '6' }), {
        correlationId: 'v',
        causationId: null,
      }),
    );
    const placed = await placeOrderRows(poolSql(world.pool), asked);
    expect([...placed].map(([id, { status, reason }]) => [id, status, reason]).sort()).toEqual([
      ['v-1', 'submitted', null],
      ['v-2', 'rejected', 'denied: max_position_quantity is 10, the order would make it 12'],
    ]);
  });

  it('books an execution once that one batch reports for two symbols of an account', async () => {
    await world.risk.limits.openAccount('X', '100000');
    await world.storeBar('2024-06-03', [99, 101, 98, 100], 'MSFT');
    const narrow = createOrderGateway({ ...onPaper(), lanes: 1 });
    for (const [id, symbol] of [
      ['x-1', 'AAPL'],
      ['x-2', 'MSFT'],
      ['x-3', 'AAPL'],
    ] as const)
      await narrow.place(
        request(id, { accountId: 'X', symbol, quantity: id === 'x-3' ? '3' : '2', timeInForce: 'gtc' }),
      );
    const of = { accountId: 'X' };
    // The first keeps the only lane busy, so that the others go together.
    expect(
      await Promise.all([
        narrow.book(fill('x-3', 'ahead', of)),
        narrow.book(fill('x-1', 'same', of)),
        narrow.book(fill('x-2', 'same', of)),
        narrow.book(fill('x-3', 'other', of)),
      ]),
    ).toEqual(['booked', 'booked', 'conflicting', 'booked']);
    expect(await world.execution.verify({ accountId: 'X' })).toEqual([]);
  });

  it('gives an id that two accounts of a batch ask for to the first of them', async () => {
    for (const account of ['Y', 'Z']) await world.risk.limits.openAccount(account, '100000');
    const narrow = createOrderGateway({ ...onPaper(), lanes: 1 });
    const [, first, second, other] = await Promise.allSettled([
      narrow.place(request('y-ahead', { accountId: 'Y', quantity: '1' })),
      narrow.place(request('y-same', { accountId: 'Z' })),
      narrow.place(request('y-same', { accountId: 'Y' })),
      narrow.place(request('y-other', { accountId: 'Y', quantity: '3' })),
    ]);
    expect(first).toMatchObject({ status: 'fulfilled', value: { accountId: 'Z', status: 'submitted' } });
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'EXECUTION.ORDER_ID_TAKEN' } });
    expect(other).toMatchObject({ status: 'fulfilled', value: { accountId: 'Y', status: 'submitted' } });
  });

  it('does again, twice at most, what PostgreSQL ends in a deadlock', async () => {
    await world.risk.limits.openAccount('L', '100000');
    await world.risk.limits.set('L', 'duplicate_window', '0');
    // A sequence isn't rolled back: it counts the attempts.
    await world.owner.query(
      `CREATE SEQUENCE execution.attempts; GRANT USAGE ON SEQUENCE execution.attempts TO trading_execution;
       CREATE TABLE execution.ends_attempts AS SELECT 2 AS first;
       GRANT SELECT ON execution.ends_attempts TO trading_execution;
       CREATE FUNCTION execution.end_attempts() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF nextval('execution.attempts') <= (SELECT first FROM execution.ends_attempts) THEN
           RAISE EXCEPTION 'deadlock detected' USING ERRCODE = 'deadlock_detected';
         END IF;
         RETURN NULL;
       END $$;
       CREATE TRIGGER end_attempts AFTER INSERT OR UPDATE ON execution.orders FOR EACH STATEMENT EXECUTE FUNCTION execution.end_attempts()`,
    );
    const ending = async (first: number, work: () => Promise<unknown>) => {
      await world.owner.query(`ALTER SEQUENCE execution.attempts RESTART`);
      await world.owner.query(`UPDATE execution.ends_attempts SET first = $1`, [first]);
      return work();
    };
    const of = { accountId: 'L', timeInForce: 'gtc' } as const;
    try {
      const alone = () => world.execution.placeOrder(request('l-1', of));
      await expect(ending(3, alone)).rejects.toMatchObject({ code: 'DATABASE.DEADLOCK' });
      expect(await ending(2, alone)).toMatchObject({ status: 'submitted' });
      expect(await ending(2, () => gateway.place(request('l-2', of)))).toMatchObject({ status: 'submitted' });
      const once = fill('l-2', 'l-x', { accountId: 'L' });
      expect(await ending(2, () => gateway.book(once))).toBe('booked');
      const { rows } = await world.owner.query(
        `SELECT event_type, count(*)::int AS events FROM event_bus.outbox WHERE data ->> 'accountId' = 'L' GROUP BY 1 ORDER BY 1`,
      );
      expect(rows).toEqual([
        { event_type: 'order_updated', events: 5 },
        { event_type: 'position_updated', events: 1 },
        { event_type: 'trade_executed', events: 1 },
      ]);
    } finally {
      await world.owner.query('DROP TRIGGER end_attempts ON execution.orders');
    }
  });
});
