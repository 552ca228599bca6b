import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BacktestResult } from '@trading/backtest';
import { Client } from 'pg';
import { type Checkout, makePreparedCheckout, sampleDays } from './checkout';
import { sessionsGone } from './heldBars';

const DAYS = 300;
const PERIOD = ['--from', '2013-05-13', '--to', '2014-12-31'];

describe('trading backtest', () => {
  let checkout: Checkout;
  let ownerUrl: string;
  let demo: { readonly summary: Readonly<Record<string, unknown>> };

  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await checkout.trading(...args, '--json');
    expect(stderr).toBe('');
    return { code, ...JSON.parse(stdout) };
  };
  const backtest = (...args: string[]): Promise<BacktestResult & { code: number }> =>
    json('backtest', ...PERIOD, ...args);
  const query = async (text: string): Promise<Record<string, unknown>[]> => {
    const client = new Client({ connectionString: ownerUrl });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  };
  const trade = (symbol: string) =>
    json('demo', '--no-redis', '--symbol', symbol, '--csv', checkout.file(`${symbol}.csv`, sampleDays(DAYS)));

  beforeAll(async () => {
    checkout = await makePreparedCheckout();
    demo = await trade('AAPL');
    const { roles } = await json('status', '--secrets');
    ownerUrl = roles.find(({ role }: { role: string }) => role === 'trading_owner').url;
  });
  afterAll(async () => {
    await checkout?.[Symbol.asyncDispose]();
  });

  it('gives the fills, the equity of every day and the figures that the services gave of the same bars', async () => {
    const { code, figures, fills, equityCurve } = await backtest('--strategy', 'sma-20-50-aapl');

    const {
      alerts: _sent,
      logLines: _lines,
      events: _events,
      bars,
      startingCapital,
      ...expected
    } = demo.summary;
    expect({ code, figures }).toEqual({
      code: 0,
      figures: expect.objectContaining({
        ...expected,
        bars,
        startingEquity: startingCapital,
        commission: String(Number(expected.commission)),
      }),
    });
    expect(fills.length).toBeGreaterThan(4);
    expect(fills).toEqual(
      await query(
        `SELECT symbol, side::text, trim_scale(quantity)::text AS quantity, trim_scale(price)::text AS price,
                trim_scale(commission)::text AS commission, trim_scale(realized_pnl)::text AS "realizedPnl",
                to_char(executed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "executedAt"
           FROM execution.trades ORDER BY executed_at`,
      ),
    );
    expect(equityCurve).toEqual(
      await query(
        `SELECT date::text, trim_scale(value)::text AS equity FROM analytics.performance_metrics
          WHERE metric = 'equity' ORDER BY date`,
      ),
    );
  });

  it('is judged by the limits of the account, as the services are', async () => {
    await json('risk', 'limits', 'DEMO-TIGHT', 'max_drawdown', '0.06');
    const { summary } = await trade('TIGHT');

    const { figures } = await backtest('--strategy', 'sma-20-50-tight');

    expect(summary.orders.rejected).toBeGreaterThan(0);
    expect({ orders: figures.orders, refusals: figures.refusals, finalEquity: figures.finalEquity }).toEqual({
      orders: summary.orders,
      refusals: summary.refusals,
      finalEquity: summary.finalEquity,
    });
  });

  it('takes part of a period, other parameters and other costs, and is the same again by its seed', async () => {
    const args = [
      '--strategy',
      'sma-20-50-aapl',
      '--parameters',
      '{"fast":5,"slow":15}',
      '--reject-rate',
      '0.4',
    ];
    const one = await backtest(...args, '--seed', 'one');
    const again = await backtest(...args, '--seed', 'one');
    const other = await backtest(...args, '--seed', 'other');
    const dear = await backtest(...args, '--seed', 'one', '--slippage-bps', '50');

    expect(again).toEqual(one);
    expect(one.figures.orders.rejected).toBeGreaterThan(0);
    expect(other.fills).not.toEqual(one.fills);
    expect(Number(dear.figures.finalEquity)).toBeLessThan(Number(one.figures.finalEquity));
    const part = await json(
      'backtest',
      '--strategy',
      'sma-20-50-aapl',
      '--from',
      '2014-03-01',
      '--to',
      '2014-06-30',
    );
    // The averages are full on the first day: what was before it was known.
    expect(part.figures).toMatchObject({ from: '2014-03-03', to: '2014-06-30', startingEquity: '100000' });
    expect(part.figures.signals).toBeGreaterThan(0);
  });

  it('needs no stored strategy, and writes nothing at all', async () => {
    const counts = async () => {
      // A session counts what it did when it ends.
      await sessionsGone(checkout);
      return query(
        `SELECT relname, n_tup_ins + n_tup_upd + n_tup_del AS writes FROM pg_stat_all_tables
          WHERE schemaname NOT LIKE 'pg\\_%' AND pg_stat_force_next_flush() IS NOT NULL ORDER BY schemaname, relname`,
      );
    };
    const before = await counts();

    const { code, figures } = await backtest(
      '--kind',
      'moving_average_crossover',
      '--symbols',
      'AAPL,TIGHT',
      '--capital',
      '50000',
      '--parameters',
      '{"fast":10,"slow":30,"allocation":"0.45"}',
    );

    expect({ code, symbols: figures.symbols, startingEquity: figures.startingEquity }).toEqual({
      code: 0,
      symbols: ['AAPL', 'TIGHT'],
      startingEquity: '50000',
    });
    expect(figures.trades).toBeGreaterThan(10);
    expect(await counts()).toEqual(before);
  });

  it.each([
    [['--strategy', 'none'], 1, 'STRATEGY.NOT_FOUND'],
    [['--strategy', 'sma-20-50-aapl', '--kind', 'x'], 2, 'CLI.WHICH_STRATEGY'],
    [['--strategy', 'sma-20-50-aapl', '--symbols', 'MSFT'], 1, 'BACKTEST.NO_BARS'],
    [['--strategy', 'sma-20-50-aapl', '--source', 'yahoo_1h'], 1, 'BACKTEST.MIXED_TIMEFRAMES'],
    [['--strategy', 'sma-20-50-aapl', '--reject-rate', 'x'], 2, 'CLI.INVALID_BACKTEST'],
    [['--strategy', 'sma-20-50-aapl', '--from', '2015-01-01'], 1, 'BACKTEST.INVALID_PERIOD'],
  ])('refuses %j', async (args, code, error) => {
    expect(await backtest(...args)).toMatchObject({ code, error: { code: error } });
  });

  it('writes a tear sheet where it is asked to, and one of what was really traded', async () => {
    const strategy = ['sma-20-50-aapl', '--benchmark', 'TIGHT:yahoo', '--tear-sheet'];
    const pages = [checkout.file('tested.html', ''), checkout.file('traded.html', '')] as const;
    const tested = await json('backtest', ...PERIOD, '--strategy', ...strategy, pages[0]);
    const traded = await json('report', ...strategy, pages[1]);

    expect([tested.tearSheet, traded.tearSheet]).toEqual(pages);
    expect(traded.figures).toMatchObject({
      finalEquity: Number(demo.summary.finalEquity),
      totalReturn: expect.closeTo(Number(demo.summary.totalReturn), 8),
      sharpe: expect.closeTo(Number(demo.summary.sharpeRatio), 8),
      maxDrawdown: expect.closeTo(Number(demo.summary.maxDrawdown), 8),
      trades: { closed: demo.summary.closedTrades },
      benchmark: { name: 'TIGHT', beta: expect.any(Number) },
    });
    // Both of the same bars: the same figures, the same trades.
    const figuresOf = (path: string) =>
      /<dl class="figures">.*?<\/dl>/s.exec(readFileSync(path, 'utf8'))?.[0];
    expect(figuresOf(pages[0])).toContain('Total return');
    expect(figuresOf(pages[1])).toBe(figuresOf(pages[0]));
  });

  it.each([
    [['report', 'none'], 1, 'ANALYTICS.NO_FIGURES'],
    [['report', 'sma-20-50-aapl', '--from', '2030-01-01'], 1, 'ANALYTICS.NO_FIGURES'],
    [['report', 'sma-20-50-aapl', '--open'], 2, 'CLI.TEAR_SHEET_WANTED'],
    [
      ['report', 'sma-20-50-aapl', '--tear-sheet', 'x.html', '--benchmark', 'NONE'],
      1,
      'BACKTEST.NO_BENCHMARK',
    ],
    [['report', 'sma-20-50-aapl', '--tear-sheet', 'none/x.html'], 2, 'CLI.CANT_WRITE'],
  ])('refuses %j', async (args, code, error) => {
    expect(await json(...args)).toMatchObject({ code, error: { code: error } });
  });

  it('says what came out, to people too', async () => {
    const { stdout } = await checkout.trading('backtest', ...PERIOD, '--strategy', 'sma-20-50-aapl');

    expect(stdout).toMatch(
      /Strategy +sma-20-50-aapl on AAPL\n(.*\n)*.*Sharpe ratio +-?\d+\.\d\d\n(.*\n)*Nothing was written/,
    );
  });
});
