import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@trading/testing';
import { type Checkout, makePreparedCheckout } from './checkout';
import { asSuperuser } from './superuser';
import { startYahooServer, type YahooServer } from './yahooServer';

const DAYS = ['2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05', '2024-01-08'];
const SECRET = 'never-shown-0123456789';

let yahoo: YahooServer;
let checkout: Checkout;

beforeAll(async () => {
  yahoo = await startYahooServer(DAYS);
  checkout = await makePreparedCheckout({
    YAHOO_BASE_URL: yahoo.url,
    POLYGON_BASE_URL: yahoo.url,
    POLYGON_API_KEY: SECRET,
    ALPACA_API_KEY_ID: '',
    ALPACA_API_SECRET_KEY: SECRET,
  });
  expect(await checkout.trading('up', '--no-redis')).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await checkout?.[Symbol.asyncDispose]();
  await yahoo?.[Symbol.asyncDispose]();
});

describe('trading ingest --provider', () => {
  const fetchBars = (symbols: string, ...args: string[]) =>
    checkout.trading('ingest', '--provider', 'yahoo', '--symbols', symbols, '--from', '2024-01-01', ...args);

  it('fetches several symbols, both series of each, the last day included', async () => {
    const { code, stdout, stderr } = await fetchBars('AAA, BBB,CCC', '--to', '2024-01-05', '--json');

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const done = (symbol: string) => ({
      status: 'done',
      symbol,
      dataSources: ['yahoo', 'yahoo_adjusted'],
      inserted: 8,
    });
    expect(JSON.parse(stdout)).toMatchObject({
      provider: 'yahoo',
      source: 'yahoo',
      from: '2024-01-01T05:00:00.000Z',
      to: '2024-01-06T04:59:59.999Z',
      symbols: [done('AAA'), done('BBB'), done('CCC')],
    });
  });

  it('goes on where the last run got to, and changes nothing when all is there', async () => {
    const more = JSON.parse((await fetchBars('AAA', '--to', '2024-01-08', '--json')).stdout);
    const again = await fetchBars('AAA', '--to', '2024-01-08');

    expect(more.symbols).toMatchObject([
      { inserted: 2, unchanged: 2, asked: { from: '2024-01-05T05:00:00.000Z' } },
    ]);
    expect(again.code).toBe(0);
    const refetched = JSON.parse(
      (await fetchBars('AAA', '--to', '2024-01-08', '--refetch', '--json')).stdout,
    );
    expect(refetched.symbols).toMatchObject([{ inserted: 0, unchanged: 10 }]);
  });

  it('stores the good symbols where one fails, says why, and exits with 1', async () => {
    const { code, stdout } = await fetchBars('NONE,DDD', '--to', '2024-01-05');

    expect(code).toBe(1);
    expect(stdout).toMatch(/NONE .*No data found, symbol may be delisted.* \(PROVIDER\.NOT_FOUND\)/);
    expect(stdout).toMatch(/DDD +yahoo, yahoo_adjusted +8 +0 +0 +0/);
  });

  it('is stopped by Ctrl-C while the provider is silent; the same command goes on', async () => {
    yahoo.silent.add('SLOW');
    const args = ['ingest', '--provider', 'yahoo', '--symbols', 'EEE,SLOW', '--from', '2024-01-01', '--json'];
    const { child, outcome } = checkout.start(...args);
    await until('it to be asked for', () => yahoo.asked.includes('SLOW'));
    child.kill('SIGINT');

    const { code, stdout } = await outcome;
    expect({ code, slow: JSON.parse(stdout).symbols[1] }).toMatchObject({
      code: 130,
      slow: { status: 'interrupted', symbol: 'SLOW' },
    });
    yahoo.silent.clear();
    expect(JSON.parse((await checkout.trading(...args)).stdout).symbols).toMatchObject([
      { status: 'done', symbol: 'EEE' },
      { status: 'done', symbol: 'SLOW', inserted: 10 },
    ]);
  });

  it('takes keys from the environment, names the one that is missing, and never shows one', async () => {
    const from = ['--symbols', 'NONE', '--from', '2024-01-01'];
    const missing = await checkout.trading('ingest', '--provider', 'alpaca', ...from);
    expect(missing).toMatchObject({
      code: 2,
      stderr: 'error alpaca needs ALPACA_API_KEY_ID in the environment (CLI.NO_KEY)\n',
    });
    const polygon = await checkout.trading(
      'ingest',
      '--provider',
      'polygon',
      '--symbols',
      'AAA',
      '--from',
      '2024-01-01',
      '--json',
    );
    expect({ code: polygon.code, symbols: JSON.parse(polygon.stdout).symbols }).toMatchObject({
      code: 1,
      symbols: [{ status: 'failed', symbol: 'AAA', error: { code: 'PROVIDER.NOT_AUTHORIZED' } }],
    });
    expect(`${missing.stdout}${polygon.stdout}${polygon.stderr}`).not.toContain(SECRET);
  });
});

describe('real prices', () => {
  const rest = { updated: 0, rejectedRows: 0, dataSources: ['yahoo', 'yahoo_adjusted'] };

  it('of the S&P 500 load from a file of another form, twice the same, with every session of twenty years', async () => {
    const csv = join(dirname(require.resolve('vega-datasets')), '../data/sp500-2000.csv');
    const args = ['ingest', csv, '--symbol', '^GSPC', '--json'];
    const first = await checkout.trading(...args);
    const again = await checkout.trading(...args);
    const checked = await checkout.trading('quality', 'check', '^GSPC', '--json');

    expect(JSON.parse(first.stdout)).toMatchObject({ rows: 5_105, inserted: 10_210, unchanged: 0, ...rest });
    expect(JSON.parse(again.stdout)).toMatchObject({ rows: 5_105, inserted: 0, unchanged: 10_210, ...rest });
    const { findings } = JSON.parse(checked.stdout) as { findings: { check: string; status: string }[] };
    expect(findings.filter(({ check }) => check.endsWith('_session'))).toMatchObject([
      { check: 'missing_session', status: 'pass' },
      { check: 'outside_session', status: 'pass' },
    ]);
  });

  it('of AAPL load from Yahoo, both series', async () => {
    const csv = require.resolve('@observablehq/sample-datasets/aapl.csv');
    const { code, stdout } = await checkout.trading('ingest', '--csv', csv, '--symbol', 'AAPL', '--json');
    expect({ code, summary: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      summary: { rows: 1_260, inserted: 2_520, rejectedRows: 0 },
    });
  });
});

describe('trading ingest --file', () => {
  it('loads a file of another form by its columns, and rejects the rows that break a rule', async () => {
    const csv = checkout.file(
      'minutes.csv',
      'when,o,h,l,c\n1704205800,10,12,9,11\n1704205860,11,10,9,11\n1704205920,11,12,9,11.5\n',
    );
    const columns = 'timestamp=when,open=o,high=h,low=l,close=c,volume=';
    const args = [
      '--file',
      csv,
      '--symbol',
      'FFF',
      '--source',
      'polygon_1m',
      '--columns',
      columns,
      '--allow-rejects',
    ];
    const { code, stdout } = await checkout.trading('ingest', ...args, '--time-format', 'epoch_s', '--json');

    expect({ code, summary: JSON.parse(stdout) }).toMatchObject({
      code: 1,
      summary: { dataSources: ['polygon_1m'], inserted: 2, rejectedRows: 1, rejected: [{ line: 3 }] },
    });
  });
});

describe('trading quality', () => {
  it('checks a series against the calendar, reports it, and exits with 1 where something fails', async () => {
    const holed = ['2024-01-02', '2024-01-03', '2024-01-08'].map((day) => `${day},10,12,9,11,11,100`);
    const csv = checkout.file('GGG.csv', `Date,Open,High,Low,Close,Adj Close,Volume\n${holed.join('\n')}\n`);
    await checkout.trading('ingest', '--csv', csv, '--symbol', 'GGG');

    const checked = await checkout.trading('quality', 'check', 'GGG', '--json');
    const report = await checkout.trading('quality', 'report', 'GGG');

    const { findings } = JSON.parse(checked.stdout);
    expect(findings).toEqual(
      expect.arrayContaining([expect.objectContaining({ check: 'missing_session', dataSource: 'yahoo' })]),
    );
    const fails = findings.some(({ status }: { status: string }) => status === 'fail');
    expect([checked.code, report.code]).toEqual(fails ? [1, 1] : [0, 0]);
    expect(report.stdout).toMatch(/GGG +yahoo +missing_session/);
    const none = await checkout.trading('quality', 'report', 'NOBODY');
    expect(none).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Nothing was checked yet/) });
  });
});

describe('trading partitions', () => {
  const partitions = async (...args: string[]) => {
    const { code, stdout } = await checkout.trading('partitions', ...args, '--json');
    return { code, ...JSON.parse(stdout) };
  };
  const names = (list: { name: string }[]) => list.map(({ name }) => name);

  it('makes what a range needs, after saying so in a dry run', async () => {
    const range = ['--from', '2030-06-01', '--to', '2032-06-01'];
    const made = ['market_data_2031', 'market_data_2032'];
    expect(await partitions('ensure', ...range, '--dry-run')).toEqual({ code: 0, dryRun: true, made });
    expect(await partitions('ensure', ...range)).toEqual({ code: 0, dryRun: false, made });
    expect(await partitions('ensure', ...range)).toEqual({ code: 0, dryRun: false, made: [] });
    expect(names((await partitions('list')).partitions)).toEqual(expect.arrayContaining(made));
  });

  it('drops whole years, and only with --yes', async () => {
    const doomed = ['market_data_2000', 'market_data_2001'];
    const refused = await partitions('drop-before', '2002-12-31');
    expect(refused).toMatchObject({
      code: 2,
      error: { code: 'CLI.NOT_CONFIRMED', details: { partitions: doomed } },
    });
    const dry = await partitions('drop-before', '2002-12-31', '--dry-run');
    expect({ code: dry.code, dropped: names(dry.dropped) }).toEqual({ code: 0, dropped: doomed });
    expect(names((await partitions('list')).partitions)).toEqual(expect.arrayContaining(doomed));

    const dropped = await partitions('drop-before', '2002-12-31', '--yes');

    expect({ code: dropped.code, dropped: names(dropped.dropped) }).toEqual({ code: 0, dropped: doomed });
    expect(names((await partitions('list')).partitions)[0]).toBe('market_data_2002');
    expect(await partitions('drop-before', '2002-12-31')).toEqual({ code: 0, dryRun: false, dropped: [] });
  });

  it('keeps every bar of the years that stay', async () => {
    const bars = await asSuperuser(checkout, async (client) => {
      const { rows } = await client.query(
        "SELECT count(*)::int AS bars FROM data_ingestion.market_data WHERE symbol = 'AAA'",
      );
      return rows[0].bars;
    });
    expect(bars).toBe(2 * DAYS.length);
  });
});
