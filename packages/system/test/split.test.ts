import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { poolSql, SERVICE_NAMES, type ServiceName } from '@trading/database';
import { ColumnsBuilder, parseAction } from '@trading/ingestion';
import { dailyBarStart } from '@trading/model';
import { createTestDatabase, type TestDatabase } from '@trading/testing';
import { openTradingSystem, type TradingSystem } from '../src';

/** Closes in the shares of their day: the crossover buys on 2020-01-06 and holds. */
const OLD_CLOSES: readonly [string, string][] = [
  ['2019-12-31', '182'],
  ['2020-01-02', '180'],
  ['2020-01-03', '189.51'],
  ['2020-01-06', '190.07'],
  ['2020-01-07', '191.33'],
  ['2020-01-08', '192.41'],
];
const EX_DATE = '2020-01-09';
const SERIES = ['yahoo', 'yahoo_adjusted'];

let database: TestDatabase;
let system: TradingSystem;

beforeEach(open);

/** A system whose strategy holds AAPL for some days. */
async function open(): Promise<void> {
  database = await createTestDatabase();
  const services = Object.fromEntries(
    SERVICE_NAMES.map((service) => [service, database.serviceUrl(service)]),
  ) as Record<ServiceName, string>;
  system = await openTradingSystem({
    connection: { services },
    onWarning: (message) => {
      throw new Error(message);
    },
  });
  const parameters = {
    kind: 'moving_average_crossover',
    accountId: 'ACC',
    symbols: ['AAPL'],
    signalSource: 'yahoo_adjusted',
    tradingSource: 'yahoo',
    startingCapital: '100000',
    fast: 1,
    slow: 2,
    allocation: '0.95',
  };
  await system.strategy.register({ strategyId: 'trend', name: 'Trend', parameters });
  await system.strategy.activate('trend');
  await system.risk.limits.openAccount('ACC', '100000');
  for (const [date, close] of OLD_CLOSES) await store([[date, close]]);
}

afterEach(async () => {
  await system?.[Symbol.asyncDispose]();
  await database?.drop();
});

/** Stores closes, and lets every service handle what that led to. */
async function store(closes: readonly (readonly [string, string])[]): Promise<void> {
  const columns = new ColumnsBuilder();
  for (const dataSource of SERIES)
    for (const [date, close] of closes) {
      const ticks = Math.round(Number(close) * 10_000);
      columns.append(columns.seriesIndex({ symbol: 'AAPL', dataSource }), {
        timestamp: dailyBarStart(date).getTime(),
        open: ticks,
        high: ticks,
        low: ticks,
        close: ticks,
        volume: 10_000_000n,
      });
    }
  await system.ingestion.bulkIngest({ source: [columns], origin: 'test' });
  await system.drain();
}

/** What providers do: the whole series in new shares, and a bar of the ex-date. */
async function rewrite(ratio: number, exClose: string): Promise<void> {
  const rewritten = OLD_CLOSES.map(([date, close]) => [date, (Number(close) / ratio).toFixed(4)] as const);
  await store([...rewritten, [EX_DATE, exClose]]);
}

async function split(ratio: string): Promise<string> {
  const action = parseAction({ symbol: 'AAPL', type: 'split', exDate: EX_DATE, ratio }, 'manual');
  const [done] = await system.ingestion.actions.record([action]);
  await system.drain();
  return done?.actionId ?? '';
}

async function position() {
  const [row] = await poolSql(system.pools.execution).query<Record<string, string>>(
    `SELECT quantity, avg_price, cost_basis, realized_pnl, mark_price, market_value, unrealized_pnl FROM execution.positions`,
  );
  return row ?? {};
}

/** What was stored of every day: equity, return, drawdown. */
async function history(through = '2020-01-08') {
  return poolSql(system.pools.analytics).query<{ date: string; metric: string; value: string }>(
    'SELECT date::text, metric, value FROM analytics.performance_metrics WHERE date <= $1 ORDER BY date, metric',
    [through],
  );
}

async function equityOn(date: string): Promise<number> {
  const rows = await history(date);
  return Number(rows.filter((row) => row.date === date && row.metric === 'equity')[0]?.value);
}

const raised = async () => (await system.risk.events.list({ limit: 50 })).map(({ eventType }) => eventType);

describe('a split of what is held', () => {
  it('is no loss: same equity, no risk event, same history', async () => {
    const [before, past] = [await position(), await history()];
    const held = Number(before.quantity);
    expect(held).toBeGreaterThan(400);

    await split('4:1');
    expect(await position()).toEqual(before);
    await rewrite(4, '48.6');

    const after = await position();
    expect(after).toMatchObject({
      quantity: (held * 4).toFixed(4),
      cost_basis: before.cost_basis,
      realized_pnl: before.realized_pnl,
      mark_price: '48.6000',
    });
    expect(await history()).toEqual(past);
    // The market's move alone: from 192.41 / 4 to 48.6.
    expect((await equityOn(EX_DATE)) - (await equityOn('2020-01-08'))).toBeCloseTo(
      held * 4 * (48.6 - 192.41 / 4),
      6,
    );
    expect(await raised()).toEqual([]);
    expect(await system.execution.verify()).toEqual([]);
  });

  it('that is heard of after the bars gives the same: until then the mark is kept and orders are stopped', async () => {
    await split('4:1');
    await rewrite(4, '48.6');
    const inTime = { position: await position(), history: await history(EX_DATE) };
    await system[Symbol.asyncDispose]();
    await database.drop();
    await open();

    const before = await position();
    await rewrite(4, '48.6');
    expect(await position()).toEqual(before);
    expect(await raised()).toEqual(['series_rewritten']);
    expect((await system.risk.killSwitches.list()).map(({ scope, target }) => [scope, target])).toEqual([
      ['symbol', 'AAPL'],
    ]);

    await split('4:1');
    expect({ position: await position(), history: await history(EX_DATE) }).toEqual(inTime);
    expect(await system.risk.killSwitches.list()).toEqual([]);
    expect(await system.execution.verify()).toEqual([]);
  });

  it('that was a mistake is taken back, and one that is corrected counts as corrected', async () => {
    const before = await position();
    const actionId = await split('2:1');
    await store([[EX_DATE, '96']]);
    expect(Number((await position()).quantity)).toBe(2 * Number(before.quantity));

    await split('4:1');
    expect(Number((await position()).quantity)).toBe(4 * Number(before.quantity));
    await system.ingestion.actions.cancel(actionId, 'it was another company');
    await system.drain();
    expect(await position()).toMatchObject({ quantity: before.quantity, cost_basis: before.cost_basis });
    expect(await system.execution.verify()).toEqual([]);
  });

  it('sells what is left over where an account holds whole shares, and asks no one twice', async () => {
    await system.execution.corporateActions.setWholeShares('ACC', true);
    const before = await position();
    const held = Number(before.quantity);
    expect(held % 10).not.toBe(0);
    await split('1:10');
    await rewrite(0.1, '1924.1');

    const after = await position();
    expect(Number(after.quantity)).toBe(Math.trunc(held / 10));
    // Cash in lieu is at the last price before, so that no money is lost: 192.41 x 10 = 1924.1.
    const sold = (held / 10 - Math.trunc(held / 10)) * 1924.1;
    expect(Number(after.realized_pnl) - Number(after.cost_basis) + Number(before.cost_basis)).toBeCloseTo(
      Number(before.realized_pnl) + sold,
      6,
    );
    expect(await equityOn(EX_DATE)).toBeCloseTo(await equityOn('2020-01-08'), 6);
    expect(await system.execution.corporateActions.apply()).toEqual([]);
    expect(await system.execution.verify()).toEqual([]);
    const audit = await system.execution.auditPosition('ACC', 'AAPL');
    expect(audit).toMatchObject({ quantity: String(Math.trunc(held / 10)), splits: [{ numerator: '1' }] });
    const earlier = await system.execution.auditPosition('ACC', 'AAPL', dailyBarStart('2020-01-08'));
    expect(earlier).toMatchObject({ quantity: String(held), splits: [] });
  });

  it('that the bars had in them from the start changes nothing', async () => {
    const before = await position();
    await split('4:1');
    await store([[EX_DATE, '193']]);
    expect(await position()).toMatchObject({ quantity: before.quantity, mark_price: '193.0000' });
    expect(await raised()).toEqual([]);
  });
});
