import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from '@trading/model';
import fc from 'fast-check';
import type { CashBalance } from '../src';
import { barStart, openWorld, type World } from './world';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.owner.query(
    "INSERT INTO execution.broker_accounts (account_id, broker) VALUES ('REAL', 'x'), ('SHORT', 'x')",
  );
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

const cashOf = async (accountId: string): Promise<CashBalance> => {
  const [balance] = await world.execution.cash.balances(accountId);
  if (balance === undefined) throw new Error(`no cash in ${accountId}`);
  return balance;
};
const post = (
  accountId: string,
  kind: 'deposit' | 'withdrawal' | 'fee' | 'interest',
  amount: string,
  transferId?: string,
) => world.execution.cash.post({ accountId, kind, amount: new Decimal(amount), transferId });

let orders = 0;
async function book(
  accountId: string,
  quantity: number,
  price: string,
  more: { symbol?: string; day?: string; commission?: string } = {},
): Promise<void> {
  orders += 1;
  const { symbol = 'KO', day = '2024-06-03', commission = '0' } = more;
  await world.owner.query(
    `INSERT INTO execution.orders (order_id, account_id, symbol, side, order_type, quantity, decided_at, trading_source, status)
     VALUES ($1, $2, $3, $4, 'market', $5, '2024-06-03T04:00:00Z', 'yahoo', 'submitted')`,
    [`c-${orders}`, accountId, symbol, quantity > 0 ? 'buy' : 'sell', Math.abs(quantity)],
  );
  await world.execution.bookFill({
    accountId,
    orderId: `c-${orders}`,
    executionId: `c-${orders}`,
    quantity: new Decimal(Math.abs(quantity)),
    price: new Decimal(price),
    commission: new Decimal(commission),
    executedAt: new Date(`${day}T14:30:00Z`),
  });
}

async function dividend(symbol: string, exDate: string, payDate: string | null, amount: string, version = 1) {
  await world.owner.query(
    `INSERT INTO data_ingestion.corporate_actions (action_id, version, symbol, type, ex_date, pay_date, amount, currency, source)
     VALUES ($1 || ':cash_dividend:' || $2, $5, $1, 'cash_dividend', $2::date, $3, $4, 'USD', 'manual')`,
    [symbol, exDate, payDate, amount, version],
  );
}

describe('the cash of an account', () => {
  it('takes money once for its id, and gives no more than there is', async () => {
    expect([await post('B', 'deposit', '1000', 'd1'), await post('B', 'deposit', '1000', 'd1')]).toEqual([
      true,
      false,
    ]);
    await expect(post('B', 'deposit', '1001', 'd1')).rejects.toMatchObject({
      code: 'EXECUTION.CONFLICTING_TRANSFER',
    });
    await expect(post('B', 'withdrawal', '1000.01')).rejects.toMatchObject({
      code: 'EXECUTION.INSUFFICIENT_CASH',
    });
    await post('B', 'withdrawal', '400');
    await post('B', 'fee', '1.25');
    await post('B', 'interest', '0.00000001');
    expect(await cashOf('B')).toMatchObject({
      cash: '598.75000001',
      netDeposits: '600.00000000',
      equity: '598.75000001',
    });
    await expect(
      world.execution.cash.post({ accountId: 'B', kind: 'deposit', amount: new Decimal(1), currency: 'EUR' }),
    ).rejects.toMatchObject({ code: 'EXECUTION.OTHER_CURRENCY' });
  });

  it('moves the capital that drawdown is measured from, and tells risk what was earned beside trades', async () => {
    await post('A', 'deposit', '5000');
    await post('A', 'fee', '12');
    await world.settle();
    const account = (await world.risk.accounts()).find(({ accountId }) => accountId === 'A');
    expect(account).toMatchObject({ capital: '105000.0000', pnl: '-12.00000000' });
  });

  it('pays a dividend once: due from the ex-date, cash from the pay date, corrected by the difference', async () => {
    await post('REAL', 'deposit', '10000');
    await book('REAL', 100, '60', { symbol: 'PEP', day: '2024-06-05' });
    await dividend('PEP', '2024-06-06', '2024-06-28', '1.355');
    await world.execution.corporateActions.apply('PEP', '2024-06-06');
    await world.execution.corporateActions.apply('PEP', '2024-06-06');
    // The pay date is past by the wall clock, which a real account goes by.
    expect(await cashOf('REAL')).toMatchObject({
      cash: '4135.50000000',
      receivable: '0.00000000',
      otherIncome: '135.50000000',
    });
    await dividend('PEP', '2024-06-06', '2024-06-28', '1.4', 2);
    await world.execution.corporateActions.apply('PEP');
    expect(await cashOf('REAL')).toMatchObject({ cash: '4140.00000000', otherIncome: '140.00000000' });

    await dividend('PEP', '2024-09-06', null, '1');
    await world.execution.corporateActions.apply('PEP');
    expect(await cashOf('REAL')).toMatchObject({ cash: '4140.00000000', receivable: '100.00000000' });
  });

  it('is not entitled by what was bought on the ex-date, and pays where it is short', async () => {
    await post('SHORT', 'deposit', '1000');
    await book('SHORT', -10, '50', { symbol: 'MO', day: '2024-06-05' });
    await book('SHORT', -90, '50', { symbol: 'MO', day: '2024-06-06' });
    await dividend('MO', '2024-06-06', '2024-06-07', '0.98');
    await world.execution.corporateActions.apply('MO');
    expect(await cashOf('SHORT')).toMatchObject({ cash: '5990.20000000', otherIncome: '-9.80000000' });
  });

  it('earns dividends on paper in the shares that its bars are in', async () => {
    // Bars that were fetched after a later 7:1 split are in new shares: 3.29 a share was 0.47 of these.
    await world.storeBar('2014-05-07', [84, 85, 83, 84], 'OLD');
    await world.announceBars('2014-05-07', '2014-05-07', 'OLD');
    await post('PAPER', 'deposit', '100000');
    await book('PAPER', 700, '84', { symbol: 'OLD', day: '2014-05-07' });
    await dividend('OLD', '2014-05-08', '2014-05-15', '3.29');
    await world.owner.query(
      `INSERT INTO data_ingestion.corporate_actions (action_id, version, symbol, type, ex_date, numerator, denominator, source)
       VALUES ('OLD:split:2014-06-09', 1, 'OLD', 'split', '2014-06-09', 7, 1, 'manual')`,
    );
    await world.storeBar('2014-05-15', [85, 85, 85, 85], 'OLD');
    await world.announceBars('2014-05-15', '2014-05-15', 'OLD');
    await world.settle();
    expect(await cashOf('PAPER')).toMatchObject({ otherIncome: '329.00000000', receivable: '0.00000000' });
  });

  it('balances in double entry, and equity is deposits and all that was earned, to the last decimal', async () => {
    let runs = 0;
    const money = fc
      .integer({ min: 1, max: 90_000_000 })
      .map((value) => new Decimal(value).div(10_000).toString());
    const step = fc.oneof(
      fc.record({
        kind: fc.constantFrom('deposit' as const, 'fee' as const, 'interest' as const),
        amount: money,
      }),
      fc.record({
        kind: fc.constant('fill' as const),
        quantity: fc.integer({ min: -500, max: 500 }).filter((quantity) => quantity !== 0),
        price: money,
        commission: fc
          .integer({ min: 0, max: 9_999 })
          .map((value) => new Decimal(value).div(10_000).toString()),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        runs += 1;
        const account = `L${runs}`;
        await post(account, 'deposit', '1');
        for (const one of steps) {
          if (one.kind === 'fill')
            await book(account, one.quantity, one.price, { symbol: `L${runs}`, commission: one.commission });
          else await post(account, one.kind, one.amount);
        }
        const balance = await cashOf(account);
        const total = (...parts: readonly string[]) =>
          parts.reduce((sum, part) => sum.plus(part), new Decimal(0)).toString();
        expect(total(balance.cash, balance.securities, balance.receivable)).toBe(
          total(balance.netDeposits, balance.realizedPnl, balance.unrealizedPnl, balance.otherIncome),
        );
        expect(new Decimal(balance.equity).toString()).toBe(
          total(balance.cash, balance.securities, balance.receivable),
        );
        const entries = await world.execution.cash.ledger(account);
        expect(entries).toHaveLength(steps.length + 1);
        for (const { postings } of entries) expect(total(...postings.map(({ amount }) => amount))).toBe('0');
        expect(
          total(
            ...entries.flatMap(({ postings }) =>
              postings.filter((one) => one.account === 'cash').map((one) => one.amount),
            ),
          ),
        ).toBe(new Decimal(balance.cash).toString());
        expect(await world.execution.verify({ accountId: account })).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('leaves no commit out of balance', async () => {
    await expect(
      world.owner.query(
        "UPDATE execution.cash_accounts SET net_deposits = net_deposits + 1 WHERE account_id = 'B'",
      ),
    ).rejects.toMatchObject({ constraint: 'account_equals_its_transfers' });
  });

  it('bounds what may be bought by the equity, working orders included', async () => {
    await world.risk.limits.openAccount('CASH', '10000');
    await world.risk.limits.set('CASH', 'max_buying_power', '1');
    await world.storeBar('2024-06-03', [100, 100, 100, 100], 'XOM');
    await world.announceBars('2024-06-03', '2024-06-03', 'XOM');
    await world.settle();
    const buy = (orderId: string, quantity: number) =>
      world.execution.placeOrder({
        orderId,
        accountId: 'CASH',
        symbol: 'XOM',
        side: 'buy',
        orderType: 'market',
        timeInForce: 'gtc',
        quantity: new Decimal(quantity),
        decidedAt: new Date(barStart('2024-06-03')),
      });
    expect(await buy('x1', 60)).toMatchObject({ status: 'submitted' });
    expect(await buy('x2', 41)).toMatchObject({
      status: 'rejected',
      reason: 'denied: max_buying_power is 10000, the order would make it 10100',
    });
    await post('CASH', 'deposit', '100');
    expect(await buy('x3', 41)).toMatchObject({ status: 'submitted' });
  });
});
