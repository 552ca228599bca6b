import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@trading/testing';
import { Client } from 'pg';
import { type Checkout, makeCheckout, makePreparedCheckout, sampleDays } from './checkout';
import { holdBars } from './heldBars';

const HEADER = 'Date,Open,High,Low,Close,Adj Close,Volume';

describe('trading ingest', () => {
  let checkout: Checkout;
  beforeAll(async () => {
    checkout = await makePreparedCheckout();
    expect(await checkout.trading('up', '--no-redis')).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await checkout?.[Symbol.asyncDispose]();
  });

  const ingest = (text: string, symbol: string) =>
    checkout.trading(
      'ingest',
      '--json',
      '--csv',
      checkout.file(`${symbol}.csv`, text),
      '--symbol',
      symbol,
      '--allow-rejects',
    );

  it('loads the good rows, names each bad one by line, field, value and reason, and exits with 1', async () => {
    const { code, stdout } = await ingest(
      [
        HEADER,
        '2024-01-02,10,12,9,11,11,100',
        '2024-01-03,10,9,8,11,11,100',
        '2024-01-04,ten,12,9,11,11,100',
        '2024-02-30,10,12,9,11,11,100',
        '2024-01-05,10,12,9,11,11,-5',
        '2024-01-08,10,12,9,11,11,100',
        '',
      ].join('\n'),
      'BAD',
    );
    const summary = JSON.parse(stdout);
    expect({ code, inserted: summary.inserted, rejectedRows: summary.rejectedRows }).toEqual({
      code: 1,
      inserted: 4,
      rejectedRows: 4,
    });
    const problems = summary.rejected.flatMap(
      (row: { line: number; problems: { field: string; value: string; reason: string }[] }) =>
        row.problems.map(({ field, value }) => `${row.line} ${field} ${value}`),
    );
    expect(problems).toEqual(
      expect.arrayContaining(['3 high 9.0000', '4 Open ten', '5 Date 2024-02-30', '6 Volume -5']),
    );
  });

  it.each([
    ['a header that lacks columns', 'Date,Open,Close\n2024-01-02,1,1\n', 'INGESTION.MALFORMED_HEADER'],
    ['a file that is not CSV at all', '<html><body>429</body></html>\n', 'INGESTION.MALFORMED_HEADER'],
    ['an empty file', '', 'INGESTION.EMPTY_FILE'],
    ['a header alone', `${HEADER}\n`, 'INGESTION.EMPTY_FILE'],
  ])('loads nothing of %s', async (_what, text, errorCode) => {
    const { code, stdout, stderr } = await ingest(text, 'NONE');
    expect({ code, error: JSON.parse(stdout).error.code, stderr }).toEqual({
      code: 1,
      error: errorCode,
      stderr: '',
    });
  });

  it('says which file is missing and which symbol is none, with no stack trace', async () => {
    const missing = await checkout.trading('ingest', '--csv', 'nowhere.csv', '--symbol', 'AAPL');
    expect(missing).toMatchObject({
      code: 1,
      stderr: 'error there is no file at nowhere.csv (INGESTION.NO_SUCH_FILE)\n',
    });
    const symbol = await checkout.trading('ingest', '--csv', 'nowhere.csv', '--symbol', 'aa pl');
    expect(symbol).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error symbol is 'aa pl'; it must be 1 to 20 characters/),
    });
  });

  it('refuses a second run of the same series while one is going', async () => {
    const csv = checkout.file('long.csv', sampleDays(3));
    await using bars = await holdBars(checkout, 2013);
    const { child, outcome } = checkout.start(
      'demo',
      '--json',
      '--no-redis',
      '--symbol',
      'LONG',
      '--csv',
      csv,
    );
    await bars.reached();

    const second = await checkout.trading('ingest', '--json', '--csv', csv, '--symbol', 'LONG');

    expect({ code: second.code, error: JSON.parse(second.stdout).error.code }).toEqual({
      code: 1,
      error: 'INGESTION.ALREADY_RUNNING',
    });
    const status = async () => {
      const { code, stdout: shown } = await checkout.trading(
        'ingest',
        '--status',
        '--symbol',
        'LONG',
        '--json',
      );
      const states = JSON.parse(shown).series.map(({ status: state }: { status: string }) => state);
      return [code, ...new Set(states)];
    };
    expect(await status()).toEqual([0, 'running']);
    child.kill('SIGKILL');
    await outcome;
    await bars.release();
    const after = await until('its session to end', async () => {
      const now = await status();
      return now[1] === 'running' ? undefined : now;
    });
    expect(after).toEqual([1, 'interrupted']);
  });

  it('says what is wrong where the database is gone', async () => {
    await checkout.trading('down');
    const { code, stdout } = await ingest(sampleDays(3), 'AAPL');
    const { error } = JSON.parse(stdout);
    expect({ code, error: error.code, transient: error.transient }).toEqual({
      code: 3,
      error: 'DATABASE.UNAVAILABLE',
      transient: true,
    });
  });
});

describe('trading status', () => {
  it('names every server, database and role with its URL, passwords only with --secrets', async () => {
    await using checkout = makeCheckout();
    await checkout.trading('up', '--no-redis');
    const plain = JSON.parse((await checkout.trading('status', '--json')).stdout);
    expect(plain).toMatchObject({
      configured: true,
      mode: 'local',
      servers: [
        { name: 'postgres', running: true, host: '127.0.0.1', port: expect.any(Number), managed: true },
      ],
      databases: [{ name: 'trading_system' }, { name: 'prefect' }],
      migrations: { current: true, pending: [], failed: [] },
    });
    expect(plain.roles).toHaveLength(12);
    for (const { url } of plain.roles)
      expect(url).toMatch(/^postgresql:\/\/[a-z_]+:\*\*\*@127\.0\.0\.1:\d+\//);
    const secret = JSON.parse((await checkout.trading('status', '--json', '--secrets')).stdout);
    for (const { url } of secret.roles) {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.end();
    }
    expect((await checkout.trading('doctor')).code).toBe(0);
  });
});
