import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createServicePool } from '@trading/database';
import { createExecutionService } from '@trading/execution';
import { dailyBarStart } from '@trading/model';
import { createPrefectClient, createPrefectServer, type PrefectClient } from '@trading/orchestration';
import { createRiskService } from '@trading/risk';
import { repositoryRoot } from '@trading/testing';
import { Client } from 'pg';
import { type Checkout, makePreparedCheckout, sampleDays } from './checkout';
import { asSuperuser } from './superuser';
import { startYahooServer, type YahooServer } from './yahooServer';

// Servers, workers and processes of runs, each with its time to start.
jest.setTimeout(900_000);

const TRADED_DAYS = 90;
/** The session after those of the sample, at half the price, as after a split that nobody applied. */
const SPLIT_DATE = '2013-09-19';
const SPLIT_DAY = `${SPLIT_DATE},33.6,33.9,33.2,33.7,27.3,101135500\n`;
/** The one that the provider has. */
const FETCHED = '2013-09-20';
/** The first one for which an order of the day of the split is too old. */
const MONDAY = '2013-09-23';

describe('trading prefect', () => {
  let checkout: Checkout;
  let yahoo: YahooServer;
  const json = async (...args: string[]) => {
    const { code, stdout } = await checkout.trading(...args, '--json');
    return { code, ...JSON.parse(stdout) };
  };

  beforeAll(async () => {
    yahoo = await startYahooServer([FETCHED]);
    checkout = await makePreparedCheckout({ YAHOO_BASE_URL: yahoo.url });
    await shareEnvironment(checkout.root);
    expect(await checkout.trading('up', '--no-redis', '--prefect')).toMatchObject({ code: 0 });
    const csv = checkout.file('AAPL.csv', sampleDays(20));
    expect(await checkout.trading('ingest', '--csv', csv, '--symbol', 'AAPL')).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await checkout?.[Symbol.asyncDispose]();
    await yahoo?.[Symbol.asyncDispose]();
  });

  it('deploys the catalogue, runs it through workers of which one is killed, and reads back what was done', async () => {
    const deployed = await json('prefect', 'deploy');
    const again = await json('prefect', 'deploy');
    const changes = ({ flows }: { flows: { change: string }[] }) =>
      new Set(flows.map(({ change }) => change));
    expect([deployed.flows.length, changes(deployed), changes(again)]).toEqual([
      14,
      new Set(['created']),
      new Set(['unchanged']),
    ]);

    const victim = checkout.start('prefect', 'worker', '--json');
    const survivor = checkout.start('prefect', 'worker', '--json');
    const run = (flow: string, ...params: string[]) =>
      json('prefect', 'run', flow, '--wait', ...params.flatMap((param) => ['--param', param]));
    const date = 'date=2013-05-13';
    expect(await run('reconcile_trades', date)).toMatchObject({ code: 0, state: 'Completed' });
    victim.child.kill('SIGKILL');
    expect(await run('run_strategies', date)).toMatchObject({ code: 0, state: 'Completed' });
    expect(await run('run_strategies', 'date=2013-05-12')).toMatchObject({
      code: 0,
      state: 'Skipped',
      message: 'XNYS is closed on 2013-05-12: Sunday',
    });
    const summary = await run('send_daily_summary', date);
    expect(summary).toMatchObject({ code: 0, state: 'Completed' });
    expect(await run('send_daily_summary', date)).toMatchObject({ code: 0, state: 'Completed' });

    const { states } = await json('prefect', 'logs', summary.flowRunId);
    const names = states.map(({ name }: { name: string }) => name);
    // Where the machine has much to do it may have been Late in between.
    expect([names[0], ...names.slice(-3)]).toEqual(['Scheduled', 'Pending', 'Running', 'Completed']);
    expect(await summariesIn(await roleUrl(checkout, 'logging'))).toEqual(['daily_summary:2013-05-13']);
    survivor.child.kill('SIGINT');
    expect((await survivor.outcome).code).toBe(0);
    expect(await json('prefect', 'status')).toMatchObject({ code: 0, version: '3.4.14', deployments: 14 });
  });

  it('brings market data in and looks it over, manages orders, checks the books and tests strategies, on the real services', async () => {
    const csv = checkout.file('traded.csv', `${sampleDays(TRADED_DAYS)}${SPLIT_DAY}`);
    expect(await json('demo', '--no-redis', '--symbol', 'AAPL', '--csv', csv)).toMatchObject({ code: 0 });
    const [day, gtc] = await placeLimitOrders(checkout);
    const worker = checkout.start('prefect', 'worker', '--json');
    const run = (flow: string, ...params: string[]) =>
      json('prefect', 'run', flow, '--wait', ...params.flatMap((param) => ['--param', param]));
    const rows = (text: string, ...values: string[]) =>
      asSuperuser(checkout, async (client) => (await client.query(text, values)).rows);

    const looked = await run('validate_data_quality', `date=${SPLIT_DATE}`);
    expect(looked).toMatchObject({
      code: 1,
      state: 'Failed',
      message: expect.stringMatching(
        /^FLOW.DATA_QUALITY: 2 problems on 2013-09-19.*like a split that was not applied/,
      ),
    });
    expect(
      await rows(
        `SELECT data->>'checkType' AS "check", data->>'dataSource' AS series FROM event_bus.outbox
          WHERE event_type = 'data_quality_failed' AND correlation_id = $1 ORDER BY 2`,
        looked.flowRunId,
      ),
    ).toEqual([
      { check: 'unapplied_split', series: 'yahoo' },
      { check: 'unapplied_split', series: 'yahoo_adjusted' },
    ]);
    const [{ kept }] = await rows(
      "SELECT count(*)::int AS kept FROM data_ingestion.data_quality_logs WHERE check_type = 'unapplied_split' AND status = 'fail'",
    );
    expect(kept).toBe(2);
    expect(await run('validate_data_quality', `date=${FETCHED}`)).toMatchObject({
      code: 1,
      message: expect.stringMatching(/AAPL yahoo the session of 2013-09-20 has no bar/),
    });

    const fetched = await run('fetch_market_data', `date=${FETCHED}`);
    expect(fetched).toMatchObject({ code: 0, state: 'Completed' });
    expect(
      await rows(
        `SELECT DISTINCT data->>'dataSource' AS series FROM event_bus.outbox
          WHERE event_type = 'market_data_updated' AND correlation_id = $1 ORDER BY 1`,
        fetched.flowRunId,
      ),
    ).toEqual([{ series: 'yahoo' }, { series: 'yahoo_adjusted' }]);
    expect(
      await rows(
        "SELECT data_source AS series, close FROM data_ingestion.bars WHERE symbol = 'AAPL' AND timestamp = $1 ORDER BY 1",
        dailyBarStart(FETCHED).toISOString(),
      ),
    ).toEqual([
      { series: 'yahoo', close: '11.0000' },
      { series: 'yahoo_adjusted', close: '5.5000' },
    ]);

    const managed = await run('manage_orders', `date=${MONDAY}`);
    expect(managed).toMatchObject({ code: 0, state: 'Completed' });
    expect(
      await rows(
        `SELECT o.order_id AS id, o.status::text, l.correlation_id AS run FROM execution.orders o
           LEFT JOIN execution.execution_logs l ON l.order_id = o.order_id AND l.to_status = 'cancelled'
          WHERE o.order_id = ANY ($1::text[]) ORDER BY 1`,
        `{${day},${gtc}}`,
      ),
    ).toEqual([
      { id: day, status: 'cancelled', run: managed.flowRunId },
      { id: gtc, status: 'submitted', run: null },
    ]);

    expect(await run('run_strategies', `date=${FETCHED}`)).toMatchObject({ code: 0, state: 'Completed' });
    expect(
      await rows('SELECT status::text FROM execution.orders WHERE order_id = $1', gtc as string),
    ).toEqual([{ status: 'filled' }]);
    expect(await run('reconcile_trades', `date=${FETCHED}`)).toMatchObject({ code: 0, state: 'Completed' });

    const period = ['from=2013-05-13', `to=${SPLIT_DATE}`];
    const tested = await run('run_backtest', 'strategy=sma-20-50-aapl', 'seed=1', ...period);
    expect(tested).toMatchObject({ code: 0, state: 'Completed' });
    const artifacts = await (await clientOf(checkout)).artifacts.list(tested.flowRunId);
    const table = (key: string) =>
      JSON.parse(String(artifacts.find((artifact) => artifact.key === key)?.data)) as { date: string }[];
    expect(table('backtest-equity')).toHaveLength(TRADED_DAYS + 1);
    expect(table('backtest-fills').length).toBeGreaterThan(0);
    expect(table('backtest-fills')).toEqual(
      await rows(
        `SELECT symbol, side::text, trim_scale(quantity)::text AS quantity, trim_scale(price)::text AS price,
                trim_scale(commission)::text AS commission, trim_scale(realized_pnl)::text AS "realizedPnl",
                to_char(executed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "executedAt"
           FROM execution.trades WHERE strategy = 'sma-20-50-aapl' AND executed_at <= $1 ORDER BY executed_at`,
        dailyBarStart(SPLIT_DATE).toISOString(),
      ),
    );
    expect(await run('run_backtest', 'strategy=none', ...period)).toMatchObject({
      code: 1,
      message: "STRATEGY.NOT_FOUND: there is no strategy 'none'",
    });
    worker.child.kill('SIGINT');
    expect((await worker.outcome).code).toBe(0);
  });

  it('is stopped with the other servers', async () => {
    expect(await json('down')).toMatchObject({ code: 0, stopped: ['prefect', 'postgres'] });
    expect(await json('prefect', 'status')).toMatchObject({ code: 3, server: { running: false } });
  });
});

/** A day order and one that is good until it is cancelled, decided on the last day that was traded. */
async function placeLimitOrders(checkout: Checkout): Promise<string[]> {
  await using pool = createServicePool({ url: await roleUrl(checkout, 'execution'), service: 'execution' });
  await using riskPool = createServicePool({ url: await roleUrl(checkout, 'risk'), service: 'risk' });
  await createRiskService({ pool: riskPool }).limits.openAccount('BY-HAND', '100000');
  const execution = createExecutionService({
    pool,
  });
  const ids = [];
  for (const [timeInForce, quantity] of [
    ['day', '1'],
    ['gtc', '2'],
  ] as const) {
    const { orderId, status } = await execution.placeOrder({
      orderId: `by-hand-${timeInForce}`,
      accountId: 'BY-HAND',
      symbol: 'AAPL',
      side: 'buy',
      orderType: 'limit',
      price: '31',
      quantity,
      timeInForce,
      decidedAt: dailyBarStart(SPLIT_DATE),
    });
    expect(status).toBe('submitted');
    ids.push(orderId);
  }
  return ids;
}

async function clientOf({ root }: Checkout): Promise<PrefectClient> {
  const folder = join(root, '.trading', 'prefect');
  const connection = await createPrefectServer({ folder, databaseUrl: '', env: process.env }).connection();
  return createPrefectClient(connection ?? { apiUrl: '' });
}

/** Installs Prefect into the repository's own folder, once, and lets the checkout use it from there. */
async function shareEnvironment(root: string): Promise<void> {
  const folder = join(repositoryRoot(), '.trading', 'prefect');
  await createPrefectServer({ folder, databaseUrl: '', env: process.env }).install();
  mkdirSync(join(root, '.trading', 'prefect'), { mode: 0o711 });
  for (const name of readdirSync(folder).filter((entry) => /^venv-[0-9a-f]{12}$/.test(entry)))
    symlinkSync(join(folder, name), join(root, '.trading', 'prefect', name));
}

async function roleUrl(checkout: Checkout, service: string): Promise<string> {
  const { stdout } = await checkout.trading('status', '--json', '--secrets');
  const { roles } = JSON.parse(stdout) as { roles: { role: string; url: string }[] };
  return roles.find(({ role }) => role === `trading_${service}`)?.url ?? '';
}

async function summariesIn(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ event_type: string }>(
      "SELECT event_type FROM logging.system_logs WHERE event_type LIKE 'daily\\_summary:%'",
    );
    return rows.map(({ event_type }) => event_type);
  } finally {
    await client.end();
  }
}
