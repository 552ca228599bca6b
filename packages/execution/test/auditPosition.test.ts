import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { barStart, openWorld, type World } from './world';

let world: World;
beforeAll(async () => {
  world = await openWorld({
    commission: { kind: 'perShare', perShare: '0.01', minimum: '1' },
    slippageBps: '0',
  });
  for (const [day, prices, target] of [
    ['2024-06-03', [99, 101, 98, 100], '10000'],
    ['2024-06-04', [102, 105, 101, 104], '0'],
    ['2024-06-05', [110, 111, 109, 110], null],
  ] as const) {
    await world.storeBar(day, prices);
    await world.announceBars(day, day);
    await world.settle();
    if (target !== null) await world.signal(day, target);
    await world.settle();
  }
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

it('an audit leads from a position back to its fills, orders, risk decisions, signals and bars', async () => {
  await world.owner.query(
    `INSERT INTO strategy_engine.strategies (strategy_id, name) VALUES ('sma', 'crossover')`,
  );
  // What the strategy saw; the bar of the second was never stored in that series.
  await world.owner.query(
    `INSERT INTO strategy_engine.strategy_signals (signal_id, strategy_id, symbol, signal, strength, bar_timestamp, price, data_source)
     VALUES ('sma-AAPL-2024-06-03', 'sma', 'AAPL', 'buy', 1, $1, 99.5, 'yahoo'),
            ('sma-AAPL-2024-06-04', 'sma', 'AAPL', 'sell', 0.5, $2, 104, 'polygon')`,
    [barStart('2024-06-03'), barStart('2024-06-04')],
  );
  const audit = await world.execution.auditPosition('A', 'AAPL');
  expect(audit).toMatchObject({ quantity: '0', costBasis: '0', realizedPnl: '798', commission: '2' });
  expect(audit.trades).toMatchObject([
    {
      side: 'buy',
      price: '102.0000',
      after: { quantity: '100', avgPrice: '102', realizedPnl: '-1' },
      order: {
        orderId: 'o-sma-AAPL-2024-06-03',
        signalId: 'sma-AAPL-2024-06-03',
        strategyId: 'sma',
        decidedAt: new Date(barStart('2024-06-03')),
        referencePrice: '100.0000',
        signal: {
          signal: 'buy',
          strength: '1.00',
          price: '99.5000',
          barTimestamp: new Date(barStart('2024-06-03')),
          bar: { dataSource: 'yahoo', open: '99.0000', high: '101.0000', low: '98.0000', close: '100.0000' },
        },
        moves: [
          { event: 'created', details: { checks: { max_order_notional: ['200000', '10000'] } } },
          { event: 'submitted' },
          { event: 'fill', to: 'filled' },
        ],
      },
    },
    {
      side: 'sell',
      price: '110.0000',
      order: {
        signal: { signal: 'sell', price: '104.0000', bar: null },
        moves: [{ event: 'created', details: { checks: { reduces_only: true } } }, {}, {}],
      },
    },
  ]);
});

it('an audit as of a moment tells the position of then', async () => {
  const audit = await world.execution.auditPosition('A', 'AAPL', new Date(barStart('2024-06-04')));
  expect([audit.quantity, audit.avgPrice, audit.trades.length]).toEqual(['100', '102', 1]);
});
