import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@trading/testing';
import {
  createCatalogue,
  createPrefectClient,
  deployCatalogue,
  type JsonValue,
  type PrefectClient,
  runFlow,
} from '../src/index';
import { deskServices } from './support/deskServices';
import { sharedPrefect } from './support/sharedPrefect';

let client: PrefectClient;

beforeAll(async () => {
  client = createPrefectClient((await sharedPrefect()).prefect);
}, 900_000);

const neverOpened = () => Promise.reject(new RangeError('deploying opens no services'));
const NAMES = [
  'aggregate_logs',
  'archive_old_data',
  'calculate_performance',
  'fetch_market_data',
  'generate_reports',
  'manage_orders',
  'monitor_portfolio_risk',
  'monitor_system_health',
  'reconcile_trades',
  'run_backtest',
  'run_strategies',
  'send_daily_summary',
  'update_positions',
  'validate_data_quality',
];

async function run(
  name: string,
  parameters: Record<string, JsonValue> = {},
  desk = deskServices(),
  mayDelete: readonly string[] = [],
) {
  const flow = createCatalogue(async () => desk.services).find(({ definition }) => definition.name === name);
  if (flow === undefined) throw new RangeError(name);
  const outcome = await runFlow(client, flow.definition, { parameters, mayDelete });
  return { outcome, calls: desk.calls };
}

describe('deploying the catalogue', () => {
  it('creates every flow with its schedule in New York, and changes nothing the second time', async () => {
    const pool = `pool-${randomUUID().slice(0, 8)}`;
    const flows = createCatalogue(neverOpened);

    const first = await deployCatalogue({ client, flows, pool });
    const scheduled = await until('runs made ahead', async () => {
      const runs = await client.flowRuns.list({ workPools: [pool], limit: 200 });
      return runs.length > 20 ? runs : undefined;
    });
    const second = await deployCatalogue({ client, flows, pool });

    expect(first.flows.map(({ flow }) => flow).sort()).toEqual(NAMES);
    expect(new Set(first.flows.map(({ change }) => change))).toEqual(new Set(['created']));
    expect(new Set(second.flows.map(({ change }) => change))).toEqual(new Set(['unchanged']));
    expect(second.removed).toEqual([]);
    const still = await client.flowRuns.list({ workPools: [pool], limit: 200 });
    expect(still.map(({ id }) => id)).toEqual(expect.arrayContaining(scheduled.map(({ id }) => id)));
    const deployment = await client.deployments.list({ tags: ['trading-catalogue'] });
    const fetching = deployment.find(
      ({ work_pool_name, entrypoint }) =>
        work_pool_name === pool && entrypoint === 'catalogue:fetch_market_data',
    );
    expect(fetching?.schedules).toMatchObject([
      { active: true, schedule: { cron: '30 18 * * 1-5', timezone: 'America/New_York' } },
    ]);
  });

  it('changes what differs, keeps a pause, and tells of flows that are gone', async () => {
    const pool = `pool-${randomUUID().slice(0, 8)}`;
    const flows = createCatalogue(neverOpened);
    await deployCatalogue({ client, flows, pool });
    const health = await client.deployments.byName('monitor_system_health', 'trading');
    await client.deployments.pause(health.id ?? '');
    const changed = flows
      .filter(({ definition }) => definition.name !== 'run_backtest')
      .map((flow) =>
        flow.definition.name === 'monitor_system_health' ? { ...flow, cron: '*/5 * * * *' } : flow,
      );

    const second = await deployCatalogue({ client, flows: changed, pool });
    const third = await deployCatalogue({ client, flows: changed, pool, prune: true });
    const fourth = await deployCatalogue({ client, flows: changed, pool });

    expect(second.flows.filter(({ change }) => change !== 'unchanged')).toEqual([
      {
        flow: 'monitor_system_health',
        change: 'updated',
        cron: '*/5 * * * *',
        queue: 'default',
        paused: true,
      },
    ]);
    const after = await client.deployments.byId(health.id ?? '');
    expect(after).toMatchObject({ paused: true });
    expect(after.schedules).toHaveLength(1);
    expect(second.removed).toEqual([{ flow: 'run_backtest', deleted: false }]);
    expect(third.removed).toEqual([{ flow: 'run_backtest', deleted: true }]);
    expect(fourth.removed).toEqual([]);
  });
});

describe('the flows of the catalogue', () => {
  const date = '2025-01-08';

  it('fetch and check each series once, and tell what came', async () => {
    const { outcome, calls } = await run('fetch_market_data', { date });
    const checked = await run('validate_data_quality', { date });

    expect(outcome).toMatchObject({ state: 'COMPLETED', result: { date, series: 2, inserted: 2 } });
    expect(calls).toEqual(['watched', `fetch AAPL ${date}`, `fetch MSFT ${date}`, 'closed']);
    expect(checked.outcome).toMatchObject({ state: 'COMPLETED', result: { warnings: 0 } });
    const [artifact] = await client.artifacts.list(outcome.flowRunId);
    expect(artifact).toMatchObject({ key: 'fetched-bars', type: 'table' });
  });

  it('are Skipped on a day on which the exchange is closed', async () => {
    const { outcome, calls } = await run('run_strategies', { date: '2025-01-09' });

    expect(outcome).toMatchObject({
      stateName: 'Skipped',
      message: 'XNYS is closed on 2025-01-09: mourning for Jimmy Carter',
    });
    expect(calls).toEqual(['closed']);
  });

  it('fail where the books differ, saying how', async () => {
    const { outcome } = await run(
      'reconcile_trades',
      { date },
      deskServices({ reconcile: ['AAPL holds 5, trades say 6'] }),
    );

    expect(outcome).toMatchObject({
      state: 'FAILED',
      message: 'FLOW.BOOKS_DIFFER: 1 differences: AAPL holds 5, trades say 6',
    });
  });

  it('refuse a date that is none', async () => {
    const { outcome } = await run('manage_orders', { date: '08.01.2025' });

    expect(outcome).toMatchObject({
      state: 'FAILED',
      message: expect.stringMatching(/INVALID_PARAMETERS.*date/),
    });
  });

  it('delete nothing for a parameter alone: the worker must have leave for that flow', async () => {
    const parameters = { date, dryRun: false };
    const refused = await run('archive_old_data', parameters);
    const ofAnother = await run('archive_old_data', parameters, deskServices(), ['manage_orders']);
    const allowed = await run('archive_old_data', parameters, deskServices(), ['archive_old_data']);

    for (const { outcome, calls } of [refused, ofAnother]) {
      expect(outcome).toMatchObject({
        state: 'FAILED',
        message: expect.stringMatching(/FLOW.DELETING_NOT_ALLOWED.*--allow-deleting archive_old_data/),
      });
      expect(calls).toEqual([]);
    }
    expect(allowed.outcome).toMatchObject({ state: 'COMPLETED', result: { dryRun: false } });
    expect(allowed.calls).toContain('archive 2005-01-08 false');
  });

  it.each([
    ['archive_old_data', { date }, { before: '2005-01-08', dryRun: true, partitions: ['market_data_2000'] }],
    ['run_strategies', { date }, { date, strategies: ['ma'], eventsHandled: 3 }],
    ['manage_orders', { date }, { date, cancelled: ['order-1'] }],
    ['update_positions', { date }, { date, eventsHandled: 3, positions: 1 }],
    ['reconcile_trades', { date }, { date, differences: 0 }],
    ['monitor_portfolio_risk', { date }, { date, limits: 1, openEvents: 1 }],
    ['calculate_performance', { date }, { date, strategies: 1 }],
    [
      'generate_reports',
      { from: '2025-01-02', to: date },
      { from: '2025-01-02', to: date, reports: [`ma:2025-01-02:${date}`] },
    ],
    [
      'run_backtest',
      { strategy: 'ma', from: '2025-01-02', to: date, seed: 'one' },
      { strategyId: 'ma', finalEquity: '100100', orders: { filled: 1 }, seed: 'one' },
    ],
    ['send_daily_summary', { date }, { date, characters: expect.any(Number) }],
    ['monitor_system_health', {}, { checks: 1 }],
    ['aggregate_logs', { date }, { date, lines: 4, errors: 0 }],
  ])('%s does its work', async (name, parameters, result) => {
    const { outcome, calls } = await run(name, parameters as Record<string, string>);

    expect(outcome).toMatchObject({ state: 'COMPLETED', result });
    expect(calls.at(-1)).toBe('closed');
  });

  it('leave a backtest behind as tables: its figures, its fills, the equity of each day', async () => {
    const { outcome } = await run('run_backtest', { strategy: 'ma', from: '2025-01-02', to: date });

    const artifacts = await client.artifacts.list(outcome.flowRunId);
    const rows = Object.fromEntries(artifacts.map(({ key, data }) => [key, JSON.parse(String(data))]));
    expect(rows).toMatchObject({
      backtest: expect.arrayContaining([{ figure: 'finalEquity', value: '100100' }]),
      'backtest-fills': [{ symbol: 'AAPL', side: 'buy', quantity: '10' }],
      'backtest-equity': [{ date, equity: '100100' }],
    });
  });
});
