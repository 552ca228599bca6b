import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inTransaction } from '@trading/database';
import { createEvent, type EventData, type TradingEvent } from '@trading/model';
import fc from 'fast-check';
import { type Desk, openDesk } from './desk';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(async () => {
  await desk[Symbol.asyncDispose]();
});

const positionUpdated = (day: string, given: Partial<EventData<'position_updated'>>) =>
  createEvent(
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

async function handle(events: readonly TradingEvent<'position_updated'>[]): Promise<void> {
  await inTransaction(desk.riskPool, async (tx) => {
    await desk.risk.batchHandlers.position_updated(events, {
      tx,
      publish: (_cause, type, data) => createEvent(type, data, { service: 'risk' }),
    });
  });
}

const observe = (day: string, given: Partial<EventData<'position_updated'>>) =>
  handle([positionUpdated(day, given)]);

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

  it('begins no day with a deposit, so that a market of the past is measured by its own days', async () => {
    await inTransaction(desk.riskPool, async (tx) => {
      const deposited = createEvent(
        'cash_updated',
        {
          accountId: 'A',
          transferId: 'opening',
          kind: 'deposit',
          amount: '100000',
          currency: 'USD',
          symbol: null,
          cash: '100000',
          netDeposits: '100000',
          otherIncome: '0',
          receivable: '0',
          asOf: '2026-06-03T12:00:00.000Z',
          reason: null,
        },
        { service: 'execution' },
      );
      await desk.risk.batchHandlers.cash_updated([deposited], {
        tx,
        publish: (_cause, type, data) => createEvent(type, data, { service: 'risk' }),
      });
    });
    await observe('2024-06-03', { unrealizedPnl: '20000' });
    await observe('2024-06-04', { unrealizedPnl: '19000' });
    expect(await current('max_daily_loss')).toBe('1000');
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

  it('sees in a batch what it sees one by one', async () => {
    for (const account of ['ONE', 'MANY']) {
      await desk.risk.limits.openAccount(account, '100000');
      await desk.risk.limits.set(account, 'max_gross_exposure', '12000');
      await desk.risk.limits.setPosition(account, 'AAPL', { maxQuantity: '120', maxNotional: '9000' });
    }
    const amount = fc
      .integer({ min: -150_000_000, max: 150_000_000 })
      .map((ticks) => (ticks / 10_000).toFixed(4));
    const seen = fc.record({
      day: fc.constantFrom('2024-06-03', '2024-06-04', '2024-06-05', '2024-06-06'),
      given: fc.record({
        symbol: fc.constantFrom('AAPL', 'MSFT', 'IBM'),
        quantity: fc.integer({ min: -200, max: 200 }).map(String),
        realizedPnl: amount,
        unrealizedPnl: fc.option(amount),
        marketValue: fc.option(amount),
      }),
    });
    // Mostly in the order of time, with some that come late.
    const [batches = []] = fc.sample(
      fc.array(fc.array(seen, { minLength: 1, maxLength: 12 }), { minLength: 6, maxLength: 6 }),
      { numRuns: 1, seed: 7 },
    );
    for (const batch of batches) {
      const inAccount = (accountId: string) =>
        batch
          .toSorted((left, right) => left.day.localeCompare(right.day))
          .map(({ day, given }) => positionUpdated(day, { ...given, accountId }));
      for (const event of inAccount('ONE')) await handle([event]);
      await handle(inAccount('MANY'));
    }

    const stands = async (account: string) => {
      const rows = (text: string) =>
        desk.owner.query(text, [account]).then((result) => result.rows as unknown[]);
      return {
        states: await rows(
          `SELECT trading_day, day_open_pnl, last_pnl, peak_pnl FROM risk_management.account_states WHERE account_id = $1`,
        ),
        holdings: await rows(
          `SELECT symbol, quantity, market_value, pnl, as_of FROM risk_management.account_holdings
            WHERE account_id = $1 ORDER BY symbol`,
        ),
        limits: await rows(
          `SELECT limit_type, current_value, breached_at FROM risk_management.risk_limits WHERE account_id = $1 ORDER BY 1`,
        ),
        position: await rows(
          `SELECT symbol, breached_at FROM risk_management.position_limits WHERE account_id = $1`,
        ),
        events: await rows(
          `SELECT replace(message, $1, 'account') AS message, data, resolved_at IS NULL AS open
             FROM risk_management.risk_events WHERE account_id = $1 ORDER BY id`,
        ),
      };
    };
    const alone = await stands('ONE');
    expect(await stands('MANY')).toEqual(alone);
    // It was about something: limits were crossed both ways.
    expect(alone.events.length).toBeGreaterThan(5);
  });
});
