import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '@trading/testing';
import { SMTPServer } from 'smtp-server';
import { type Checkout, makePreparedCheckout, type Started, sampleDays } from './checkout';

/** What a new user does on the first day, one command after the other. */

const SYMBOLS = ['ONE', 'TWO', 'THREE'];
/** The closes fall on the second and third day and rise on the fourth: an average of one crosses one of two there. */
const CROSS = 4;

let checkout: Checkout;
let mails: string[];
let mailServer: SMTPServer;
let running: Started | undefined;

beforeAll(async () => {
  mails = [];
  mailServer = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      let text = '';
      stream.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      stream.on('end', () => {
        mails.push(text);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve));
  const { port } = mailServer.server.address() as AddressInfo;
  checkout = await makePreparedCheckout({
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    SMTP_FROM: 'Trading <alerts@desk.example>',
  });
  await succeed('up', '--no-redis');
});

afterAll(async () => {
  running?.child.kill('SIGINT');
  await running?.outcome;
  await checkout?.[Symbol.asyncDispose]();
  await new Promise<void>((resolve) => mailServer.close(() => resolve()));
});

it('opens an account, with limits of its own, once', async () => {
  const open = ['accounts', 'open', 'MINE', '--capital', '100000', '--limit', 'max_daily_loss=2000'];
  expect(await succeed(...open)).toBe('Opened MINE with 100,000.00.\n');
  expect(await json(...open)).toEqual({ code: 0, accountId: 'MINE', opened: false });
  expect(await json('accounts', 'open', 'MINE', '--capital', '5')).toMatchObject({
    code: 1,
    error: { code: 'SYSTEM.ACCOUNT_EXISTS' },
  });
  const { limits, capital, stopped } = await json('accounts', 'show', 'MINE');
  expect({ capital: Number(capital), stopped }).toEqual({ capital: 100000, stopped: null });
  expect(limits).toContainEqual(expect.objectContaining({ type: 'max_daily_loss', value: '2000' }));
  expect(limits).toContainEqual(expect.objectContaining({ type: 'max_order_notional', value: '200000' }));
});

it('loads bars of three symbols and adds a strategy over them, of a file', async () => {
  for (const symbol of SYMBOLS) await ingest(symbol, CROSS - 1);
  const file = checkout.file(
    'trend.json',
    JSON.stringify({ kind: 'moving_average_crossover', fast: 1, slow: 2, allocation: '0.3' }),
  );
  const add = ['strategies', 'add', 'trend', '--file', file, '--account', 'MINE', '--capital', '100000'];
  const symbols = ['--symbols', SYMBOLS.join(',')];
  expect(await json(...add, ...symbols, '--dry-run')).toMatchObject({ code: 0, stored: false, warnings: [] });
  expect(await json('strategies', 'list')).toEqual({ code: 0, strategies: [] });
  expect(await json(...add, ...symbols)).toMatchObject({ code: 0, stored: true });
  expect(await json(...add, ...symbols)).toMatchObject({ code: 2, error: { code: 'CLI.STRATEGY_EXISTS' } });
  expect(await json('strategies', 'add', 'other', '--parameters', '{"kind":"guess"}')).toMatchObject({
    code: 1,
    error: { code: 'STRATEGY.UNKNOWN_KIND' },
  });
});

it('says where a strategy is of an account that nobody opened', async () => {
  const set = ['strategies', 'set', 'trend'];
  expect(await json(...set, '--account', 'YOURS', '--dry-run')).toMatchObject({
    stored: false,
    changed: [{ field: 'accountId', from: 'MINE', to: 'YOURS' }],
  });
  await succeed(...set, '--account', 'YOURS');
  expect(await succeed('strategies', 'activate', 'trend')).toContain('Account YOURS is not open');
  await succeed('strategies', 'pause', 'trend');
  await succeed(...set, '--account', 'MINE');
  const { versions } = await json('strategies', 'show', 'trend');
  expect(versions).toMatchObject([
    { version: 3, active: true, parameters: { accountId: 'MINE' } },
    { version: 2, active: false, parameters: { accountId: 'YOURS' } },
    { version: 1, active: false, parameters: { accountId: 'MINE' } },
  ]);
});

it('tests it on the stored bars', async () => {
  const { figures } = await json(
    'backtest',
    '--strategy',
    'trend',
    '--from',
    '2013-05-13',
    '--to',
    '2013-05-31',
  );
  expect(figures).toMatchObject({ strategyId: 'trend', symbols: SYMBOLS });
});

it('defines an alert by mail and tries it', async () => {
  const where = ['--where', 'accountId eq MINE', '--where', 'side eq buy'];
  const add = ['alerts', 'add', 'bought', '--event', 'trade_executed', ...where, '--channel', 'email'];
  expect(await json(...add, '--to', 'nowhere')).toMatchObject({
    code: 1,
    error: { message: expect.stringContaining("recipients.0 is 'nowhere': it must be an e-mail address") },
  });
  const { alert } = await json(...add, '--to', 'me@desk.example', '--name', 'Bought something');
  expect(alert).toMatchObject({ alertId: 'bought', recipients: ['me@desk.example'], active: true });
  expect(await succeed('alerts', 'test', 'bought')).toBe('Sent by email to me@desk.example.\n');
  expect(mails.splice(0)).toEqual([expect.stringContaining('Test of the alert "Bought something"')]);
  await succeed('alerts', 'edit', 'bought', '--message', '{strategyId} bought {quantity} {symbol}');
  const { alerts } = await json('alerts', 'list');
  expect(alerts).toMatchObject([{ rule: { conditions: [{ field: 'accountId' }, { field: 'side' }] } }]);
});

it('runs it on paper, and is told of each trade by mail', async () => {
  await succeed('strategies', 'activate', 'trend');
  running = checkout.start('run');
  for (const symbol of SYMBOLS) await ingest(symbol, CROSS);
  await until('an order works for each symbol', async () => {
    const { orders } = await json('orders', 'list', '--account', 'MINE', '--status', 'submitted');
    return orders.length === SYMBOLS.length;
  });
  for (const symbol of SYMBOLS) await ingest(symbol, CROSS + 1);
  await until('a mail came of each trade', () => mails.length >= SYMBOLS.length);
  for (const symbol of SYMBOLS)
    expect(
      mails.filter((mail) => new RegExp(`^Subject: trend bought [\\d.]+ ${symbol}\\r?$`, 'm').test(mail)),
    ).toHaveLength(1);
});

it('stops: the strategy ends, and the account can be closed once it holds nothing', async () => {
  await succeed('strategies', 'deactivate', 'trend');
  const held = await json('accounts', 'close', 'MINE');
  expect(held.code).toBe(1);
  expect(held).toMatchObject({ closed: false });
  expect(held.obstacles).toContainEqual(expect.stringMatching(/^it holds [\d.]+ ONE$/));
  // The rule sold on the last day: the next bar fills that.
  for (const symbol of SYMBOLS) await ingest(symbol, CROSS + 2);
  await until('the account is flat', async () => {
    const { held: positions, working } = await json('accounts', 'show', 'MINE');
    return positions.length === 0 && working.length === 0;
  });
  expect(await succeed('accounts', 'close', 'MINE', '--reason', 'enough')).toBe('Closed MINE.\n');
  expect(await json('accounts', 'list')).toMatchObject({
    accounts: [{ accountId: 'MINE', stopped: 'halt' }],
  });
  expect(await json('alerts', 'remove', 'bought')).toMatchObject({ outcome: 'switched_off' });
  running?.child.kill('SIGINT');
  expect((await running?.outcome)?.code).toBe(0);
});

async function ingest(symbol: string, days: number): Promise<void> {
  await succeed('ingest', '--csv', checkout.file(`${symbol}.csv`, sampleDays(days)), '--symbol', symbol);
}

async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await checkout.trading(...args);
  expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' });
  return stdout;
}

async function json(...args: string[]) {
  const { code, stdout } = await checkout.trading(...args, '--json');
  return { code, ...JSON.parse(stdout) };
}
