import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@trading/testing';
import { source } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { type Checkout, makePreparedCheckout, type Started, sampleDays } from './checkout';
import { summaryOf } from './demoRun';

/** To the end of January 2014: a few round trips. */
const DAYS = 180;
const PHONE = { width: 390, height: 844 };

/** Each screen with something that is there only once its data is. */
const SCREENS: readonly (readonly [hash: string, shows: RegExp])[] = [
  ['#/', /What happened lately/],
  ['#/orders', /Decided \(UTC\)/],
  ['#/orders?tab=fills', /Executed \(UTC\)/],
  ['#/positions?flat=true', /Open P&L/],
  ['#/positions/DEMO-AAPL/AAPL', /How it came to be/],
  ['#/strategies', /crossover/],
  ['#/strategies/sma-20-50-aapl', /Signals over the price/],
  ['#/market-data', /yahoo_adjusted/],
  ['#/market-data/AAPL/yahoo', /Which days it has/],
  ['#/events', /Dead letters/],
  ['#/risk', /Gross exposure/],
  ['#/backtest', /Run a stored strategy/],
  ['#/system', /execution\.orders/],
];

describe('the dashboard', () => {
  let checkout: Checkout;
  let server: Started;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let address: string;
  /** What the browser complained of: errors, and what the Content-Security-Policy kept out. */
  const complaints: string[] = [];
  /** Requests that went elsewhere. */
  const elsewhere: string[] = [];

  const printed = (pattern: RegExp) => until(`${pattern}`, () => pattern.exec(server.printed.stderr)?.[1]);
  const show = async (hash: string, shows: RegExp) => {
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await page.getByText(shows).filter({ visible: true }).first().waitFor();
    await until('every answer is there', async () => (await page.locator('.waiting').count()) === 0);
  };

  beforeAll(async () => {
    checkout = await makePreparedCheckout();
    const csv = checkout.file('aapl.csv', sampleDays(DAYS));
    await summaryOf(checkout, '--symbol', 'AAPL', '--csv', csv, '--no-redis');
    server = checkout.start('dashboard', '--api-port', '0');
    address = await printed(/API and dashboard: (\S+)/);
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    });
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    // Whatever the page asks of another machine.
    context.on('request', (request) => {
      if (!request.url().startsWith(address)) elsewhere.push(request.url());
    });
    page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
  });
  afterAll(async () => {
    await browser?.close();
    server?.child.kill('SIGINT');
    await server?.outcome;
    await checkout?.[Symbol.asyncDispose]();
  });

  it('asks for a key where nobody is logged in', async () => {
    await page.goto(address);
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.getByLabel('API key').fill('trd_000000000000_0000000000000000000000000000000000000000000');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').getByText('API.INVALID_KEY').waitFor();
    // Without a session every answer is 401, which the browser notes.
    complaints.length = 0;
  });

  it('is logged in by the link that the terminal printed, once, and takes the code out of the address', async () => {
    const link = await printed(/Log in within 60 s: (\S+)/);
    await page.goto(link);
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    expect(page.url()).toBe(`${address}/`);
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });

    const other = await (await browser.newContext()).newPage();
    await other.goto(link);
    await other.getByRole('alert').getByText('API.LOGIN_CODE_REFUSED').waitFor();
    await other.context().close();
  });

  it.each(SCREENS)('shows %s with its data, and axe finds nothing', async (hash, shows) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await show(hash, shows);
      expect(await violations(page)).toEqual([]);
    }
  });

  it('fits a phone: no screen is wider than it', async () => {
    await page.setViewportSize(PHONE);
    for (const [hash, shows] of SCREENS) {
      await show(hash, shows);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect({ hash, width }).toEqual({ hash, width: PHONE.width });
    }
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('draws the price with its chart, under the Content-Security-Policy', async () => {
    await show('#/positions/DEMO-AAPL/AAPL', /How it came to be/);
    await page.locator('.chart canvas').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('follows an order from its bar to its fill', async () => {
    await show('#/orders?tab=fills', /Executed \(UTC\)/);
    await page.locator('tbody tr a').first().click();
    await page.getByText('What risk decided').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'From bar to fill' }).click();
    await page.locator('.tree').getByText('trade executed').first().waitFor();
    expect(await page.locator('.tree').getByText('market data updated').count()).toBeGreaterThan(0);
    expect(await violations(page)).toEqual([]);
  });

  it('shows what risk decides before an order is placed', async () => {
    await show('#/orders?new=1', /Place an order/);
    const ticket = page.getByRole('dialog');
    await ticket.getByLabel('Account').selectOption('DEMO-AAPL');
    await ticket.getByLabel('Symbol').fill('aapl');
    await ticket.getByLabel('Quantity').fill('99999999');
    await ticket.getByRole('button', { name: 'Check with risk' }).click();
    await ticket.getByText(/Risk says no/).waitFor();
    expect(await ticket.getByRole('button', { name: /^Buy 9/ }).isDisabled()).toBe(true);
    expect(await violations(page)).toEqual([]);
    await ticket.getByRole('button', { name: 'Cancel' }).click();
  });

  it('stops trading from the page: an order is refused within a second of the click', async () => {
    const { key } = JSON.parse(
      (await checkout.trading('keys', 'create', 'program', '--scope', 'trade', '--json')).stdout,
    );
    const place = async () => {
      const answer = await fetch(`${address}/v1/orders`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ accountId: 'DEMO-AAPL', symbol: 'AAPL', side: 'buy', quantity: '1' }),
      });
      return (await answer.json()) as { status: string; reason: string };
    };
    await show('#/', /What happened lately/);
    await page.getByRole('button', { name: 'Stop trading' }).click();
    await page.getByRole('dialog').getByLabel(/Why/).fill('a bad feeling');
    expect(await violations(page)).toEqual([]);
    const clicked = performance.now();
    await page.getByRole('button', { name: 'Stop now' }).click();
    await page
      .getByRole('alert')
      .getByText(/a bad feeling/)
      .waitFor();
    const order = await place();
    const tookMs = performance.now() - clicked;
    expect(order).toMatchObject({ status: 'rejected', reason: expect.stringMatching(/kill/i) });
    // The quiet machine takes a tenth of it.
    expect(tookMs).toBeLessThan(1_000);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page
      .getByRole('alert')
      .getByText(/a bad feeling/)
      .waitFor({ state: 'detached' });
  });

  it('hears of what others do without being asked to', async () => {
    await show('#/orders', /Decided \(UTC\)/);
    const rows = await page.locator('tbody tr').count();
    expect(rows).toBeGreaterThan(0);
    const before = await page.locator('tbody tr').first().textContent();
    await checkout.trading('orders', 'place', 'DEMO-AAPL', 'buy', '1', 'AAPL');
    await until(
      'the new order stands first',
      async () => (await page.locator('tbody tr').first().textContent()) !== before,
    );
  });

  it('runs a backtest of the stored strategy from the page', async () => {
    await show('#/backtest', /Run a stored strategy/);
    await page.getByLabel('From').fill('2013-05-13');
    await page.getByLabel('To', { exact: true }).fill('2014-01-28');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByText('Sharpe ratio').waitFor();
    await page.getByRole('heading', { name: 'Fills' }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('asked nothing of any other machine, and the browser complained of nothing', () => {
    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

/** What axe finds on the page as it is. */
async function violations(page: Page): Promise<readonly string[]> {
  // Through the debugger's protocol: the page's policy lets no script in.
  await page.evaluate(source);
  return page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe;
    const { violations: found } = await axe.run();
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  });
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}
