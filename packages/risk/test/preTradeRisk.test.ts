import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Desk, openDesk } from './desk';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(async () => {
  await desk[Symbol.asyncDispose]();
});

describe('the checks before an order', () => {
  it('allows what is within every limit, and says what was measured', async () => {
    expect(await desk.ask({ quantity: '100' })).toEqual({
      outcome: 'allowed',
      referencePrice: '100.0000',
      checks: {
        max_price_age: ['432000', '39600'],
        max_order_quantity: ['1000000', '100'],
        max_order_notional: ['200000', '10000'],
        max_gross_exposure: ['200000', '10000'],
        max_daily_loss: ['25000', '0'],
        max_drawdown: ['0.5', '0'],
        max_orders_per_minute: ['100', '1'],
      },
    });
  });

  it('denies an account without limits', async () => {
    expect(await desk.ask({ account: 'nobody', quantity: '1' })).toMatchObject({
      outcome: 'denied',
      limit: 'limits_missing',
      reason:
        'account nobody has no active limit for max_order_quantity, max_order_notional, max_gross_exposure',
    });
  });

  it('denies a symbol without a price, and one whose price is stale', async () => {
    expect(await desk.ask({ symbol: 'NONE', quantity: '1' })).toMatchObject({
      outcome: 'denied',
      limit: 'reference_price',
    });
    expect(await desk.ask({ quantity: '1', decidedAt: '2024-06-10T04:00:00Z' })).toMatchObject({
      outcome: 'denied',
      limit: 'max_price_age',
      limitValue: '432000',
      observed: '518400',
    });
  });

  it('never looks at a price of after the decision', async () => {
    expect(await desk.ask({ quantity: '1', decidedAt: '2024-06-04T03:00:00Z' })).toMatchObject({
      limit: 'reference_price',
    });
  });

  it.each([
    ['quantity', 'max_order_quantity', { quantity: '11' }, '11'],
    ['notional', 'max_order_notional', { quantity: '10', orderType: 'limit', price: '101' }, '1010'],
    ['price', 'price_collar', { quantity: '1', orderType: 'limit', price: '111' }, '0.11'],
    ['stop price', 'price_collar', { quantity: '1', orderType: 'stop', stopPrice: '80' }, '0.2'],
  ] as const)('bounds the %s of an order', async (_name, limit, asked, observed) => {
    await desk.risk.limits.set('A', 'max_order_quantity', '10');
    await desk.risk.limits.set('A', 'max_order_notional', '1000');
    const decision = await desk.ask(asked);
    expect(decision).toMatchObject({ outcome: 'denied', limit });
    expect(decision.outcome === 'denied' ? Number(decision.observed) : undefined).toBe(Number(observed));
  });

  it('bounds a position with what is working, by its own limit or the one for any symbol', async () => {
    await desk.risk.limits.setPosition('A', '*', { maxQuantity: '50' });
    await desk.risk.limits.setPosition('A', 'AAPL', { maxQuantity: '100', maxNotional: '9500' });
    await desk.hold('A', '60');
    expect(await desk.ask({ quantity: '30' })).toMatchObject({ outcome: 'allowed' });
    expect(await desk.ask({ quantity: '11' })).toMatchObject({
      limit: 'max_position_quantity',
      observed: '101',
    });
    expect(await desk.ask({ quantity: '10' })).toMatchObject({
      limit: 'max_position_notional',
      observed: '10000',
    });
    expect(await desk.ask({ symbol: 'MSFT', quantity: '51' })).toMatchObject({
      limit: 'max_position_quantity',
      limitValue: '50',
    });
    expect(await desk.ask({ symbol: 'MSFT', side: 'sell', quantity: '51' })).toMatchObject({
      limit: 'max_position_quantity',
    });
  });

  it('bounds the exposure over all symbols at the worst that working orders make of it', async () => {
    await desk.risk.limits.set('A', 'max_gross_exposure', '10000');
    await desk.hold('A', '40');
    await desk.hold('A', '-30', 'MSFT');
    expect(await desk.ask({ symbol: 'IBM', quantity: '20' })).toMatchObject({ outcome: 'allowed' });
    expect(await desk.ask({ symbol: 'IBM', quantity: '10' })).toMatchObject({ outcome: 'allowed' });
    expect(await desk.ask({ symbol: 'IBM', quantity: '1' })).toMatchObject({
      limit: 'max_gross_exposure',
      limitValue: '10000',
      observed: '10100',
    });
  });

  it('denies once the day, or the peak, has cost too much', async () => {
    await desk.owner.query(
      `UPDATE risk_management.account_states SET trading_day = '2024-06-04', day_open_pnl = 5000, last_pnl = 5000, peak_pnl = 60000`,
    );
    await desk.hold('A', '10', 'AAPL', '2100');
    expect(await desk.ask({ quantity: '1' })).toMatchObject({
      limit: 'max_daily_loss',
      limitValue: '25000',
      observed: '25000',
      reason: 'max_daily_loss is 25000, the account has lost 25000 today',
    });
    await desk.risk.limits.set('A', 'max_daily_loss', '1000000');
    expect(await desk.ask({ quantity: '1' })).toMatchObject({
      limit: 'max_drawdown',
      limitValue: '0.5',
      observed: '0.5',
    });
    expect(await desk.ask({ side: 'sell', quantity: '10' })).toMatchObject({ outcome: 'allowed' });
  });

  it('denies a drawdown limit that can not be measured', async () => {
    await desk.owner.query('UPDATE risk_management.account_states SET capital = NULL');
    expect(await desk.ask({ quantity: '1' })).toMatchObject({ limit: 'max_drawdown', observed: null });
  });

  it('denies the same order again within the window, but not after a denial', async () => {
    expect(await desk.ask({ orderId: 'first', quantity: '5' })).toMatchObject({ outcome: 'allowed' });
    expect(await desk.ask({ quantity: '5', decidedAt: '2024-06-04T15:00:30Z' })).toMatchObject({
      limit: 'duplicate_window',
      reason: 'the same order, first, was placed 30 s away, within the window of 60 s',
    });
    expect(await desk.ask({ quantity: '5', decidedAt: '2024-06-04T15:01:00Z' })).toMatchObject({
      outcome: 'allowed',
    });
  });

  it('bounds the orders in a minute', async () => {
    await desk.risk.limits.set('A', 'max_orders_per_minute', '2');
    expect(await desk.ask({ quantity: '1' })).toMatchObject({ outcome: 'allowed' });
    expect(await desk.ask({ quantity: '2' })).toMatchObject({ outcome: 'allowed' });
    expect(await desk.ask({ quantity: '3' })).toMatchObject({
      limit: 'max_orders_per_minute',
      limitValue: '2',
      observed: '3',
    });
    expect(await desk.ask({ quantity: '3', decidedAt: '2024-06-04T15:01:00Z' })).toMatchObject({
      outcome: 'allowed',
    });
  });

  it('lets what only reduces a position pass every limit, but not what would turn it round', async () => {
    await desk.risk.limits.set('A', 'max_order_quantity', '0');
    await desk.hold('A', '100');
    expect(await desk.ask({ side: 'sell', quantity: '60' })).toMatchObject({
      outcome: 'allowed',
      checks: { reduces_only: true },
    });
    expect(await desk.ask({ side: 'sell', quantity: '41' })).toMatchObject({ outcome: 'denied' });
    expect(await desk.ask({ side: 'sell', quantity: '40' })).toMatchObject({ outcome: 'allowed' });
  });

  it('holds a strategy to its own limit where that is the tighter one', async () => {
    await desk.risk.limits.set('A', 'max_order_quantity', '10', { strategyId: 'sma' });
    expect(await desk.ask({ quantity: '11', strategyId: 'sma' })).toMatchObject({
      limit: 'max_order_quantity',
      limitValue: '10',
    });
    expect(await desk.ask({ quantity: '11', strategyId: 'other' })).toMatchObject({ outcome: 'allowed' });
    expect(await desk.ask({ quantity: '12' })).toMatchObject({ outcome: 'allowed' });
    await desk.risk.limits.set('A', 'max_order_quantity', '5');
    expect(await desk.ask({ quantity: '6', strategyId: 'sma' })).toMatchObject({
      limit: 'max_order_quantity',
      limitValue: '5',
    });
    await expect(
      desk.risk.limits.set('A', 'max_daily_loss', '5', { strategyId: 'sma' }),
    ).rejects.toMatchObject({
      code: 'RISK.INVALID_LIMIT',
    });
  });

  it('does not take a strategy’s limit for the account’s', async () => {
    await desk.risk.limits.set('B', 'max_order_quantity', '10', { strategyId: 'sma' });
    expect(await desk.ask({ account: 'B', quantity: '1', strategyId: 'sma' })).toMatchObject({
      limit: 'limits_missing',
      reason: 'account B has no active limit for max_order_quantity, max_order_notional, max_gross_exposure',
    });
  });

  it.each([
    ['before the open', '2024-06-04T13:29:30Z', '30', 'the order was decided 30 s outside of the session'],
    [
      'after an early close',
      '2024-07-03T17:10:00Z',
      '600',
      'the order was decided 600 s outside of the session',
    ],
    [
      'on a holiday',
      '2024-07-04T15:00:00Z',
      null,
      'there is no session of XNYS on that date, or none is known',
    ],
  ])('denies what is decided %s, where the session binds', async (_when, decidedAt, observed, why) => {
    await desk.owner.query(
      `INSERT INTO data_ingestion.market_data (symbol, "timestamp", open, high, low, close, volume, data_source)
       VALUES ('AAPL', '2024-07-02T04:00:00Z', 100, 100, 100, 100, 1, 'yahoo')`,
    );
    expect(await desk.ask({ quantity: '1', decidedAt })).toMatchObject({ outcome: 'allowed' });
    await desk.risk.limits.set('A', 'max_outside_session', '0', { strategyId: 'sma' });
    expect(await desk.ask({ quantity: '2', decidedAt })).toMatchObject({ outcome: 'allowed' });
    expect(await desk.ask({ quantity: '3', decidedAt, strategyId: 'sma' })).toMatchObject({
      limit: 'max_outside_session',
      limitValue: '0',
      observed,
      reason: `max_outside_session is 0, ${why}`,
    });
    await desk.hold('A', '10');
    expect(await desk.ask({ side: 'sell', quantity: '10', decidedAt, strategyId: 'sma' })).toMatchObject({
      outcome: 'allowed',
    });
  });

  it("binds a symbol's orders to the session, by the tighter of its own limit and the account's", async () => {
    const decidedAt = '2024-06-04T20:01:00Z';
    await desk.risk.limits.setPosition('A', 'AAPL', { maxOutsideSession: '30' });
    expect(await desk.ask({ quantity: '1', decidedAt })).toMatchObject({
      limit: 'max_outside_session',
      limitValue: '30',
      observed: '60',
    });
    await desk.risk.limits.setPosition('A', 'AAPL', { maxOutsideSession: '90' });
    expect(await desk.ask({ quantity: '2', decidedAt })).toMatchObject({
      checks: { max_outside_session: ['90', '60'] },
    });
    await desk.risk.limits.set('A', 'max_outside_session', '45');
    expect(await desk.ask({ quantity: '3', decidedAt })).toMatchObject({ limitValue: '45' });
    await desk.risk.limits.set('A', 'max_outside_session', '60');
    expect(await desk.ask({ quantity: '4', decidedAt })).toMatchObject({ outcome: 'allowed' });
  });

  it("binds a symbol to the session by `*` too, whatever the symbol's own limit bounds", async () => {
    const decidedAt = '2024-06-04T20:01:00Z';
    await desk.risk.limits.setPosition('A', '*', { maxQuantity: '50', maxOutsideSession: '30' });
    await desk.risk.limits.setPosition('A', 'AAPL', { maxQuantity: '100' });
    const denied = { limit: 'max_outside_session', limitValue: '30' };
    expect(await desk.ask({ quantity: '1', decidedAt })).toMatchObject(denied);
    await desk.risk.limits.setPosition('A', 'AAPL', { maxOutsideSession: '90' });
    expect(await desk.ask({ quantity: '2', decidedAt })).toMatchObject(denied);
    expect(await desk.ask({ quantity: '51' })).toMatchObject({ outcome: 'allowed' });
    // A bound to the session alone leaves the position bound by `*`.
    await desk.risk.limits.setPosition('A', 'MSFT', { maxOutsideSession: '10' });
    expect(await desk.ask({ symbol: 'MSFT', quantity: '3', decidedAt })).toMatchObject({ limitValue: '10' });
    expect(await desk.ask({ symbol: 'MSFT', quantity: '51' })).toMatchObject({
      limit: 'max_position_quantity',
      limitValue: '50',
    });
  });

  it('lets what is decided within the session, or near enough to it, pass', async () => {
    await desk.risk.limits.set('A', 'max_outside_session', '60');
    expect(await desk.ask({ quantity: '1', decidedAt: '2024-06-04T13:29:00Z' })).toMatchObject({
      outcome: 'allowed',
      checks: { max_outside_session: ['60', '60'] },
    });
    expect(await desk.ask({ quantity: '2' })).toMatchObject({ checks: { max_outside_session: ['60', '0'] } });
  });

  it('denies where the caller names no session of the date', async () => {
    await desk.risk.limits.set('A', 'max_outside_session', '60');
    const sessions: (string | null)[][] = [
      [null, null],
      ['2024-06-03T13:30:00Z', '2024-06-04T20:00:00Z'],
    ];
    for (const session of sessions) {
      const { rows } = await desk.owner.query(
        `SELECT decision, limit_type, observed FROM risk_management.reserve_order('raw', 'A', 'AAPL', 'buy', 'market', 1,
           NULL, NULL, NULL, '2024-06-04T15:00:00Z', 'yahoo', NULL, NULL, $1, $2, false)`,
        session,
      );
      expect(rows).toEqual([{ decision: 'denied', limit_type: 'max_outside_session', observed: null }]);
    }
  });

  it('knows an order that it decided before', async () => {
    await desk.ask({ orderId: 'again', quantity: '1' });
    expect(await desk.ask({ orderId: 'again', quantity: '1' })).toEqual({ outcome: 'known' });
  });

  it('writes and publishes a denial with the rejected order, and not without it', async () => {
    await desk.risk.limits.set('A', 'max_order_quantity', '10');
    await desk.ask({ orderId: 'big', quantity: '11' });
    const [event] = await desk.risk.events.list();
    expect(event).toMatchObject({
      riskEventId: 'denied:big',
      eventType: 'order_denied',
      severity: 'warning',
      correlationId: 'chain',
      message: 'order big (buy 11 AAPL) denied: max_order_quantity is 10, the order would make it 11',
    });
    const { rows } = await desk.owner.query(
      `SELECT service, correlation_id, data ->> 'riskEventId' AS id FROM event_bus.outbox WHERE event_type = 'risk_event_raised'`,
    );
    expect(rows).toEqual([{ service: 'risk', correlation_id: 'chain', id: 'denied:big' }]);
    const dealtWith = { by: 'ann', reason: 'split into ten' };
    expect(await desk.risk.events.resolve('denied:big', dealtWith)).toBe(true);
    expect(await desk.risk.events.resolve('denied:big', { by: 'bob', reason: 'again' })).toBe(false);
    expect(await desk.risk.events.read('denied:big')).toMatchObject({
      resolvedBy: 'ann',
      resolution: 'split into ten',
    });
    await expect(desk.risk.events.resolve('denied:huge', dealtWith)).rejects.toMatchObject({
      code: 'RISK.UNKNOWN_EVENT',
    });
    await expect(desk.risk.events.resolve('denied:big', { by: 'ann', reason: ' ' })).rejects.toMatchObject({
      code: 'RISK.UNEXPLAINED',
      details: { field: 'reason' },
    });
    const long = { by: 'x'.repeat(101), reason: 'again' };
    await expect(desk.risk.events.resolve('denied:big', long)).rejects.toMatchObject({
      code: 'RISK.UNEXPLAINED',
      message: expect.stringMatching(/^by is 'x+': it must have 100 characters at most$/),
      details: { field: 'by' },
    });
    expect(await desk.risk.events.list({ openOnly: true })).toEqual([]);
  });

  it('refuses arguments that make no order', async () => {
    await expect(desk.ask({ quantity: '0' })).rejects.toMatchObject({ code: 'DATABASE.INVALID_VALUE' });
    await expect(desk.ask({ quantity: 'NaN' })).rejects.toMatchObject({ code: 'DATABASE.INVALID_VALUE' });
  });
});

describe('a thousand orders at once', () => {
  it('never breach a limit', async () => {
    await desk.risk.limits.set('A', 'max_orders_per_minute', '10000');
    await desk.risk.limits.set('A', 'max_gross_exposure', '100000');
    await desk.risk.limits.setPosition('A', 'AAPL', { maxQuantity: '333' });
    await desk.owner.query(`DELETE FROM risk_management.risk_limits WHERE limit_type = 'duplicate_window'`);
    const decisions = await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        desk.ask({ quantity: String(1 + (index % 3)), symbol: index % 2 === 0 ? 'AAPL' : 'MSFT' }),
      ),
    );
    const { rows } = await desk.owner.query<{ symbol: string; working: string }>(
      `SELECT symbol, sum(leaves)::text AS working FROM execution.working_orders GROUP BY symbol ORDER BY symbol`,
    );
    const working = Object.fromEntries(rows.map((row) => [row.symbol, Number(row.working)]));
    expect(working.AAPL).toBeLessThanOrEqual(333);
    expect((working.AAPL ?? 0) + (working.MSFT ?? 0)).toBeLessThanOrEqual(1000);
    // Full, too: after the last allowed order not even the smallest one fits.
    expect(working.AAPL).toBe(333);
    expect(decisions.filter(({ outcome }) => outcome === 'denied').length).toBeGreaterThan(0);
  });
});
