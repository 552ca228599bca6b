import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inTransaction } from '@trading/database';
import { createEvent, type EventData } from '@trading/model';
import { type Desk, openDesk } from './desk';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(async () => {
  await desk[Symbol.asyncDispose]();
});

async function observe(day: string, given: Partial<EventData<'position_updated'>>): Promise<void> {
  const event = createEvent(
    'position_updated',
    {
      accountId: 'A',
      symbol: 'AAPL',
      quantity: '100',
      avgPrice: '100',
      realizedPnl: '0',
      unrealizedPnl: '0',
      marketValue: '10000',
      markPrice: '100',
      asOf: `${day}T04:00:00.000Z`,
      cause: 'mark',
      ...given,
    },
    { service: 'execution' },
  );
  await inTransaction(desk.riskPool, async (tx) => {
    await desk.risk.handlers.position_updated?.(event, {
      tx,
      publish: (type, data) => createEvent(type, data, { service: 'risk' }),
    });
  });
}

async function current(type: string) {
  return (await desk.risk.limits.list('A')).find((limit) => limit.type === type)?.current?.toString();
}

describe('the watch over an account', () => {
  it('measures exposure, the day’s loss and the drawdown from the peak', async () => {
    await observe('2024-06-03', { unrealizedPnl: '20000', marketValue: '30000' });
    await observe('2024-06-03', {
      symbol: 'MSFT',
      quantity: '-10',
      unrealizedPnl: '0',
      marketValue: '-5000',
    });
    await observe('2024-06-04', { unrealizedPnl: '8000', marketValue: '18000' });
    expect([
      await current('max_gross_exposure'),
      await current('max_daily_loss'),
      await current('max_drawdown'),
    ]).toEqual(['23000', '12000', '0.1']);
  });

  it('raises a breach once, resolves it when it is over, and raises the next', async () => {
    const breaches = async () =>
      (await desk.risk.events.list())
        .filter(({ eventType }) => eventType === 'limit_breached')
        .map(({ resolvedAt }) => resolvedAt !== null);
    await desk.risk.limits.set('A', 'max_gross_exposure', '15000');
    await observe('2024-06-03', { marketValue: '16000' });
    await observe('2024-06-04', { marketValue: '17000' });
    expect(await breaches()).toEqual([false]);
    await observe('2024-06-05', { marketValue: '14000' });
    expect(await breaches()).toEqual([true]);
    await observe('2024-06-06', { marketValue: '18000' });
    expect(await breaches()).toEqual([false, true]);
  });

  it('forgets a breach with its limit, and raises it again when the limit is set again', async () => {
    const breaches = async () =>
      (await desk.risk.events.list())
        .filter(({ eventType }) => eventType === 'limit_breached')
        .map(({ resolvedAt }) => resolvedAt !== null);
    const { limits } = desk.risk;
    await limits.set('A', 'max_gross_exposure', '9000');
    await limits.setPosition('A', 'AAPL', { maxQuantity: '99' });
    await observe('2024-06-03', {});
    expect(await breaches()).toEqual([false, false]);
    await limits.clear('A', 'max_gross_exposure');
    await limits.clearPosition('A', 'AAPL', 'maxQuantity');
    expect(await breaches()).toEqual([true, true]);
    expect((await limits.list('A')).filter(({ breachedAt }) => breachedAt !== null)).toEqual([]);
    await limits.set('A', 'max_gross_exposure', '9000');
    await limits.setPosition('A', 'AAPL', { maxQuantity: '99' });
    await observe('2024-06-04', {});
    expect((await breaches()).toSorted()).toEqual([false, false, true, true]);
  });

  it('holds a position to its own limit', async () => {
    await desk.risk.limits.setPosition('A', 'AAPL', { maxQuantity: '99' });
    await observe('2024-06-03', {});
    expect(await desk.risk.events.list()).toMatchObject([
      {
        severity: 'warning',
        message: 'max_position_quantity of AAPL of account A is 99.0000, it stands at 100',
        data: { limit: 'max_position_quantity', symbol: 'AAPL' },
      },
    ]);
    await observe('2024-06-04', { quantity: '50' });
    expect(await desk.risk.events.list({ openOnly: true })).toEqual([]);
  });

  it('sets the kill switch where a rule says so', async () => {
    await observe('2024-06-03', { unrealizedPnl: '-50000' });
    expect(await desk.risk.killSwitches.list()).toMatchObject([
      {
        scope: 'account',
        target: 'A',
        level: 'reduce_only',
        setBy: 'risk monitor',
        reason: 'max_drawdown is 0.5000, it stands at 0.5000',
      },
    ]);
  });

  it('learns nothing from what is older than what it knows', async () => {
    await observe('2024-06-04', { marketValue: '12000' });
    await observe('2024-06-03', { marketValue: '99000' });
    expect(await current('max_gross_exposure')).toBe('12000');
  });
});
