import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Checkout, makeCheckout } from './checkout';
import { asSuperuser } from './superuser';
import { startYahooServer, type YahooServer } from './yahooServer';

const DAYS = ['2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05', '2024-01-08'];
const SECRET = 'never-shown-0123456789';

let yahoo: YahooServer;
let checkout: Checkout;

beforeAll(async () => {
  yahoo = await startYahooServer(DAYS);
  checkout = makeCheckout({
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
    while (!yahoo.asked.includes('SLOW')) await new Promise(setImmediate);
    child.kill('SIGINT');

    const { code, stdout } = await outcome;
    expect({ code, slow: JSON.parse(stdout).symbols[1] }).toEqual({
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
