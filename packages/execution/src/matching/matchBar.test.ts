import { describe, expect, it } from '@jest/globals';
import { Decimal } from '@trading/model';
import type { Order } from '../orders/order';
import type { PriceBar } from './fillPrice';
import { type FillModel, matchBar } from './matchBar';
import { refuseOrder } from './refuseOrder';

const decimal = (value: string | number) => new Decimal(value);
const DAY = new Date('2024-06-04T04:00:00Z');
const FREE: FillModel = { commission: { kind: 'bps', bps: '0' }, slippageBps: '0' };
const SESSION = { barIsSession: true };

function order(given: Partial<Order>): Order {
  return {
    orderId: 'o-1',
    accountId: 'A',
    symbol: 'AAPL',
    side: 'buy',
    orderType: 'market',
    timeInForce: 'day',
    quantity: decimal(100),
    filledQuantity: decimal(0),
    avgFillPrice: null,
    tradingSource: 'yahoo',
    price: null,
    stopPrice: null,
    status: 'submitted',
    strategyId: null,
    signalId: null,
    brokerOrderId: null,
    replacesOrderId: null,
    correlationId: null,
    decidedAt: new Date('2024-06-03T04:00:00Z'),
    triggeredAt: null,
    matchedThrough: null,
    reason: null,
    ...given,
  };
}

function bar(open: number, high: number, low: number, close: number, volume = 1_000_000n): PriceBar {
  return {
    timestamp: DAY,
    open: decimal(open),
    high: decimal(high),
    low: decimal(low),
    close: decimal(close),
    volume,
  };
}

function fillOf(given: Partial<Order>, on: PriceBar, model: FillModel = FREE) {
  const [match] = matchBar([order(given)], on, model, SESSION);
  return match === undefined
    ? undefined
    : {
        price: match.execution?.price.toString(),
        quantity: match.execution?.quantity.toString(),
        cancel: match.cancel,
        triggered: match.triggered,
      };
}

describe('matchBar', () => {
  it('fills a market order at the open, against it by the slippage, with its commission', () => {
    const model: FillModel = {
      commission: { kind: 'perShare', perShare: '0.005', minimum: '1' },
      slippageBps: '10',
    };
    const buy = matchBar([order({ quantity: decimal(1000) })], bar(100, 101, 99, 100), model, SESSION)[0];
    const sell = matchBar([order({ side: 'sell' })], bar(100, 101, 99, 100), model, SESSION)[0];
    expect([buy?.execution?.price, buy?.execution?.commission].map(String)).toEqual(['100.1', '5']);
    expect([sell?.execution?.price, sell?.execution?.commission].map(String)).toEqual(['99.9', '1']);
  });

  it('never fills an order in a bar that began when it was decided, or that it has met', () => {
    expect(fillOf({ decidedAt: DAY }, bar(100, 101, 99, 100))).toBeUndefined();
    expect(fillOf({ matchedThrough: DAY }, bar(100, 101, 99, 100))).toBeUndefined();
  });

  it.each([
    ['a buy limit under the range waits', 'buy', 98, bar(100, 101, 99, 100), undefined],
    ['a buy limit in the range fills at the limit', 'buy', 99.5, bar(100, 101, 99, 100), '99.5'],
    ['a buy limit over the open fills at the open', 'buy', 105, bar(100, 101, 99, 100), '100'],
    ['a sell limit in the range fills at the limit', 'sell', 100.5, bar(100, 101, 99, 100), '100.5'],
    ['a sell limit under the open fills at the open', 'sell', 90, bar(100, 101, 99, 100), '100'],
    ['a sell limit over the range waits', 'sell', 102, bar(100, 101, 99, 100), undefined],
  ] as const)('%s', (_name, side, limit, on, price) => {
    expect(fillOf({ side, orderType: 'limit', price: decimal(limit), timeInForce: 'gtc' }, on)?.price).toBe(
      price,
    );
  });

  it('never slips a limit order beyond its limit', () => {
    expect(
      fillOf({ orderType: 'limit', price: decimal('100.05') }, bar(100, 101, 99, 100), {
        ...FREE,
        slippageBps: '10',
      })?.price,
    ).toBe('100.05');
  });

  it.each([
    ['a buy stop over the range waits', 'buy', 102, bar(100, 101, 99, 100), undefined],
    ['a buy stop in the range fills at the stop', 'buy', 100.5, bar(100, 101, 99, 100), '100.5'],
    ['a buy stop that the open jumped over fills at the open', 'buy', 98, bar(100, 101, 99, 100), '100'],
    ['a sell stop in the range fills at the stop', 'sell', 99.5, bar(100, 101, 99, 100), '99.5'],
    ['a sell stop that the open jumped under fills at the open', 'sell', 103, bar(100, 101, 99, 100), '100'],
  ] as const)('%s', (_name, side, stop, on, price) => {
    expect(fillOf({ side, orderType: 'stop', stopPrice: decimal(stop), timeInForce: 'gtc' }, on)?.price).toBe(
      price,
    );
  });

  it('a stop_limit reached inside the bar fills at its stop, or rests where that is beyond the limit', () => {
    const given = { orderType: 'stop_limit', stopPrice: decimal('100.5'), timeInForce: 'gtc' } as const;
    expect(fillOf({ ...given, price: decimal(101) }, bar(100, 101, 99, 100))).toMatchObject({
      price: '100.5',
      triggered: true,
    });
    expect(fillOf({ ...given, price: decimal(100) }, bar(100, 101, 99, 100))).toMatchObject({
      price: undefined,
      triggered: true,
    });
    expect(
      fillOf(
        { ...given, price: decimal(100), triggeredAt: new Date('2024-06-03T04:00:00Z') },
        bar(102, 103, 99, 100),
      ),
    ).toMatchObject({
      price: '100',
    });
  });

  it('ends a day order with the bar, lets a gtc work on', () => {
    const away = { orderType: 'limit', price: decimal(90) } as const;
    expect(fillOf(away, bar(100, 101, 99, 100))?.cancel).toBe('expired: day order at the end of its session');
    expect(fillOf({ ...away, timeInForce: 'gtc' }, bar(100, 101, 99, 100))?.cancel).toBeNull();
  });

  it('gives ioc what the open has and fok all or nothing', () => {
    const model = { ...FREE, maxVolumeShare: '0.1' };
    const thin = bar(100, 101, 99, 100, 500n);
    expect(fillOf({ timeInForce: 'ioc' }, thin, model)).toMatchObject({
      quantity: '50',
      cancel: 'expired: not filled at once',
    });
    expect(fillOf({ timeInForce: 'fok' }, thin, model)).toMatchObject({
      quantity: undefined,
      cancel: 'expired: could not be filled whole at once',
    });
    expect(
      fillOf({ timeInForce: 'ioc', orderType: 'limit', price: decimal('99.5') }, thin, model)?.quantity,
    ).toBeUndefined();
  });

  it('shares a bar’s volume among the orders, first decided first', () => {
    const model = { ...FREE, maxVolumeShare: '0.1' };
    const orders = [order({}), order({ orderId: 'o-2' })];
    const filled = matchBar(orders, bar(100, 101, 99, 100, 1_500n), model, SESSION).map(({ execution }) =>
      execution?.quantity.toString(),
    );
    expect(filled).toEqual(['100', '50']);
  });

  it('lets an order that is still on its way meet later bars only', () => {
    const anHourBefore = new Date(DAY.getTime() - 3_600_000);
    expect(
      fillOf({ decidedAt: anHourBefore }, bar(100, 101, 99, 100), { ...FREE, latencyMs: 3_600_000 }),
    ).toBeUndefined();
    expect(
      fillOf({ decidedAt: anHourBefore }, bar(100, 101, 99, 100), { ...FREE, latencyMs: 1_000 })?.price,
    ).toBe('100');
  });

  it('refuses as many orders as it is told to, and the same ones each time', () => {
    const refused = (seed: string) =>
      Array.from({ length: 1000 }, (_, n) => n).filter(
        (n) => refuseOrder({ orderId: `o-${n}` }, { ...FREE, rejectRate: 0.2, seed }) !== null,
      );
    expect(refused('a')).toEqual(refused('a'));
    expect(refused('a')).not.toEqual(refused('b'));
    expect(Math.abs(refused('a').length - 200)).toBeLessThan(50);
    expect(refuseOrder({ orderId: 'o' }, FREE)).toBeNull();
  });

  it('names an execution by order and bar, so that the same match is the same execution', () => {
    const ids = [1, 2].map(
      () => matchBar([order({})], bar(100, 101, 99, 100), FREE, SESSION)[0]?.execution?.executionId,
    );
    expect(ids[0]).toBe(ids[1]);
  });
});
