import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@trading/testing';
import { type LocalAlpaca, startLocalAlpaca } from '../../execution/test/localAlpaca';
import { type Checkout, makeCheckout, makePreparedCheckout, sampleDays } from './checkout';

/** A day of the sample, whose close is the last price. */
const AT = ['--at', '2013-05-15'];

let alpaca: LocalAlpaca;
let checkout: Checkout;
beforeAll(async () => {
  alpaca = await startLocalAlpaca();
  checkout = await makePreparedCheckout({
    ALPACA_TRADING_ACCOUNT: 'FAR',
    ALPACA_API_KEY_ID: 'key',
    ALPACA_API_SECRET_KEY: 'secret',
    ALPACA_TRADING_BASE_URL: alpaca.baseUrl,
    ALPACA_TRADING_STREAM_URL: alpaca.streamUrl,
  });
  await succeed('up', '--no-redis');
  await succeed('ingest', '--csv', checkout.file('aapl.csv', sampleDays(3)), '--symbol', 'AAPL');
  for (const account of ['NEAR', 'FAR']) {
    await succeed('risk', 'limits', account, 'max_order_quantity', '100');
    await succeed('risk', 'limits', account, 'max_order_notional', '100000');
    await succeed('risk', 'limits', account, 'max_gross_exposure', '100000');
  }
  // The sample is of 2013, and its orders go to a broker today.
  await succeed('risk', 'limits', 'FAR', 'max_decision_age', '10000000000');
});
afterAll(async () => {
  await checkout?.[Symbol.asyncDispose]();
  await alpaca?.[Symbol.asyncDispose]();
});

async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await checkout.trading(...args);
  expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' });
  return stdout;
}
const json = async (...args: string[]) => {
  const { code, stdout } = await checkout.trading(...args, '--json');
  return { code, ...JSON.parse(stdout) };
};

describe('trading orders', () => {
  it('places an order through the risk check and shows what came of it', async () => {
    const limit = ['--limit', '50', '--time-in-force', 'gtc', ...AT];
    const out = await succeed('orders', 'place', 'NEAR', 'buy', '10', 'AAPL', '--id', 'n-1', ...limit);
    expect(out).toBe('n-1: buy 10 AAPL limit 50 gtc is submitted\n');
    await succeed('orders', 'place', 'NEAR', 'buy', '10', 'AAPL', '--id', 'n-1', ...limit);
    const { orders } = await json('orders', 'list', '--account', 'NEAR', '--status', 'submitted');
    expect(orders).toMatchObject([{ orderId: 'n-1', quantity: '10', price: '50', status: 'submitted' }]);
    expect(await json('orders', 'list', '--symbol', 'MSFT')).toMatchObject({ orders: [] });
    expect(await json('orders', 'list', '--since', '2013-05-17')).toMatchObject({ orders: [] });
    const shown = await succeed('orders', 'show', 'n-1');
    expect(shown).toMatch(/risk: allowed: .*max_order_quantity 10 of 100/);
    expect(shown).toMatch(/created +pending/);
    expect(shown).toContain('Nothing was filled.');
  });

  it('cancels it, and says when there is nothing to cancel', async () => {
    expect(await succeed('orders', 'cancel', 'n-1', '--reason', 'changed my mind')).toBe(
      'n-1 is cancelled (changed my mind), 0 of 10 filled.\n',
    );
    expect(await checkout.trading('orders', 'cancel', 'nobody')).toMatchObject({
      code: 1,
      stderr: 'error there is no order nobody (EXECUTION.UNKNOWN_ORDER)\n',
    });
  });

  it('says which limit denied an order, with its value and what the order would make of it', async () => {
    const { code, stdout } = await checkout.trading(
      'orders',
      'place',
      'NEAR',
      'buy',
      '101',
      'AAPL',
      '--id',
      'n-2',
      ...AT,
    );
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining('denied: max_order_quantity is 100, the order would make it 101'),
    });
    expect(await succeed('orders', 'show', 'n-2')).toContain(
      'risk: denied by max_order_quantity (limit 100, would be 101)',
    );
  });

  it('refuses what makes no sense, with exit code 2', async () => {
    expect(await checkout.trading('orders', 'place', 'NEAR', 'hold', '1', 'AAPL')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Allowed choices are buy, sell'),
    });
    expect(await checkout.trading('orders', 'list', '--since', 'yesterday')).toMatchObject({ code: 2 });
  });
});

describe('an account at a remote broker', () => {
  it('has its orders handed over by trading run, and cancelled where they work', async () => {
    const pending = await succeed('orders', 'place', 'FAR', 'buy', '10', 'AAPL', '--id', 'f-1', ...AT);
    expect(pending).toContain(
      'f-1: buy 10 AAPL market day is pending: `trading run` hands it to alpaca paper',
    );
    expect(alpaca.placed).toEqual([]);
    const run = checkout.start('run');
    await until('it to be handed over', () => alpaca.placed.length === 1);
    await until(
      'that to be known',
      async () => (await json('orders', 'show', 'f-1')).order.status === 'submitted',
    );
    expect(await succeed('orders', 'cancel', 'f-1')).toMatch(/^f-1 is cancelled/);
    expect(alpaca.order('f-1')?.status).toBe('canceled');
    run.child.kill('SIGINT');
    expect(await run.outcome).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(
        'FAR at alpaca paper: 0 missing fills booked, 0 orders moved, all agrees.',
      ),
    });
  });

  it('is left alone by whoever has no keys of it', async () => {
    const stranger = makeCheckout({ TRADING_ROOT: checkout.root });
    await succeed('orders', 'place', 'FAR', 'buy', '5', 'AAPL', '--id', 'f-2', ...AT);
    expect(await stranger.trading('orders', 'cancel', 'f-2')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('order f-2 is at alpaca paper: set ALPACA_TRADING_ACCOUNT to FAR'),
    });
  });

  it('is reconciled, what differs told with both values', async () => {
    expect(await json('reconcile', '--account', 'FAR')).toMatchObject({
      code: 0,
      accounts: [{ accountId: 'FAR', broker: 'alpaca paper', differences: [] }],
    });
    alpaca.placeElsewhere('theirs');
    const { code, stdout } = await checkout.trading('reconcile');
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining(
        '- unknown order at broker (theirs): ours is none, alpaca paper says buy 5 IBM',
      ),
    });
    expect((await checkout.trading('risk', 'status')).stdout).toContain('unknown order at broker (theirs)');
    expect(await checkout.trading('reconcile', '--account', 'NEAR')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('account NEAR is at no remote broker: ALPACA_TRADING_ACCOUNT is FAR'),
    });
  });
});

describe('trading risk events', () => {
  it('lists what risk saw, shows one with its figures, and keeps who resolved it and why', async () => {
    const { events } = await json('risk', 'events', 'list', '--open', '--account', 'FAR');
    expect(events).toMatchObject([{ accountId: 'FAR', resolvedAt: null }]);
    const [{ riskEventId, message, eventType }] = events;
    expect(await json('risk', 'events', 'list', '--type', eventType)).toMatchObject({
      events: [{ riskEventId }],
    });
    expect(await json('risk', 'events', 'list', '--severity', 'info')).toMatchObject({ events: [] });
    expect(await json('risk', 'events', 'list', '--since', '2999-01-01')).toMatchObject({ events: [] });
    expect(await checkout.trading('risk', 'events', 'resolve', riskEventId)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--reason'),
    });
    const how = ['--reason', 'adopted by hand', '--by', 'ann'];
    expect(await succeed('risk', 'events', 'resolve', riskEventId, ...how)).toBe(
      `Resolved ${riskEventId}.\n`,
    );
    expect(await checkout.trading('risk', 'events', 'resolve', riskEventId, ...how)).toMatchObject({
      code: 1,
      stdout: `${riskEventId} was resolved before, by ann.\n`,
    });
    const shown = await succeed('risk', 'events', 'show', riskEventId);
    expect(shown).toContain(message);
    expect(shown).toMatch(/resolved .* by ann: adopted by hand/);
    expect(await json('risk', 'events', 'list', '--open', '--account', 'FAR')).toMatchObject({ events: [] });
    expect(await checkout.trading('risk', 'events', 'show', 'nothing')).toMatchObject({
      code: 1,
      stderr: "error there is no risk event 'nothing' (RISK.UNKNOWN_EVENT)\n",
    });
  });
});

describe('a kill switch', () => {
  it('stops orders of other processes from its commit on, says who and why, and survives a restart', async () => {
    const run = checkout.start('run');
    await until('f-2 to be handed over', () => alpaca.order('f-2') !== undefined);
    expect(await succeed('risk', 'kill', '--all', '--reason', 'fat finger', '--by', 'ann')).toBe(
      'Set all to reduce_only, by ann: fat finger\n',
    );
    const denied = await checkout.trading('orders', 'place', 'FAR', 'buy', '3', 'AAPL', ...AT);
    expect(denied).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('kill switch (all, reduce_only) set by ann: fat finger'),
    });
    run.child.kill('SIGINT');
    await run.outcome;
    await succeed('down');
    await succeed('up', '--no-redis');
    const { code, stdout } = await checkout.trading('risk', 'status');
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringMatching(/all .*reduce_only +ann .*fat finger/),
    });
    expect(alpaca.placed).toEqual(['f-1', 'f-2']);
    expect(await succeed('risk', 'resume', '--all', '--by', 'bob')).toBe('Lifted.\n');
    await succeed('orders', 'place', 'NEAR', 'buy', '3', 'AAPL', ...AT);
  });

  it('limits are shown with the strategy that they are of', async () => {
    await succeed('risk', 'limits', 'NEAR', 'max_order_quantity', '7', '--strategy', 'sma');
    const shown = await succeed('risk', 'limits', 'NEAR');
    expect(shown).toMatch(/NEAR +max_order_quantity +100/);
    expect(shown).toMatch(/NEAR +sma +max_order_quantity +7/);
    expect(await succeed('risk', 'limits', 'NEAR', 'max_order_quantity', 'off', '--strategy', 'sma')).toMatch(
      /NEAR +sma +max_order_quantity +7 +off/,
    );
  });

  it('limits of a symbol are set one by one, and the others stay', async () => {
    await succeed('risk', 'limits', 'NEAR', 'max_position_quantity', '500', '--symbol', 'AAPL');
    await succeed('risk', 'limits', 'NEAR', 'max_outside_session', '30', '--symbol', 'AAPL');
    expect(await json('risk', 'limits', 'NEAR', '--symbol', 'AAPL')).toMatchObject({
      symbols: [{ symbol: 'AAPL', maxQuantity: '500', maxNotional: null, maxOutsideSession: '30' }],
    });
    expect(await succeed('risk', 'limits', 'NEAR')).toMatch(/NEAR +AAPL +500 +30/);
    await succeed('risk', 'limits', 'NEAR', 'max_outside_session', '0', '--symbol', 'MSFT');
    expect(await json('risk', 'limits', 'NEAR', '--symbol', 'MSFT')).toMatchObject({
      symbols: [{ maxQuantity: null, maxNotional: null, maxOutsideSession: '0' }],
    });
    await succeed('risk', 'limits', 'NEAR', 'max_outside_session', 'off', '--symbol', 'MSFT');
    expect(await json('risk', 'limits', 'NEAR', '--symbol', 'MSFT')).toMatchObject({ symbols: [] });
    const again = await checkout.trading(
      'risk',
      'limits',
      'NEAR',
      'max_outside_session',
      'off',
      '--symbol',
      'MSFT',
    );
    expect([again.code, again.stderr]).toEqual([
      2,
      expect.stringContaining('max_outside_session is not set for account NEAR, symbol MSFT'),
    ]);
    for (const [limit, symbol, why] of [
      ['max_daily_loss', ['--symbol', 'AAPL'], 'max_daily_loss is no limit of a symbol'],
      ['toString', ['--symbol', 'AAPL'], 'toString is no limit of a symbol'],
      ['max_position_quantity', [], 'max_position_quantity is a limit of a symbol: say which by --symbol'],
    ] as const) {
      const refused = await checkout.trading('risk', 'limits', 'NEAR', limit, '1', ...symbol);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(why)]);
    }
  });
});
