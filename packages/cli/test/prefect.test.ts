import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createPrefectServer } from '@trading/orchestration';
import { repositoryRoot } from '@trading/testing';
import { Client } from 'pg';
import { type Checkout, makeCheckout, sampleDays } from './checkout';

// Servers, workers and processes of runs, each with its time to start.
jest.setTimeout(300_000);

describe('trading prefect', () => {
  let checkout: Checkout;
  const json = async (...args: string[]) => {
    const { code, stdout } = await checkout.trading(...args, '--json');
    return { code, ...JSON.parse(stdout) };
  };

  beforeAll(async () => {
    checkout = makeCheckout();
    await shareEnvironment(checkout.root);
    expect(await checkout.trading('up', '--no-redis', '--prefect')).toMatchObject({ code: 0 });
    const csv = checkout.file('AAPL.csv', sampleDays(20));
    expect(await checkout.trading('ingest', '--csv', csv, '--symbol', 'AAPL')).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await checkout?.[Symbol.asyncDispose]();
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
    expect(await run('run_backtest', date)).toMatchObject({ code: 1 });

    const { states } = await json('prefect', 'logs', summary.flowRunId);
    expect(states.map(({ name }: { name: string }) => name)).toEqual([
      'Scheduled',
      'Pending',
      'Running',
      'Completed',
    ]);
    expect(await summariesIn(await loggingUrl(checkout))).toEqual(['daily_summary:2013-05-13']);
    survivor.child.kill('SIGINT');
    expect((await survivor.outcome).code).toBe(0);
    expect(await json('prefect', 'status')).toMatchObject({ code: 0, version: '3.4.14', deployments: 14 });
  });

  it('is stopped with the other servers', async () => {
    expect(await json('down')).toMatchObject({ code: 0, stopped: ['prefect', 'postgres'] });
    expect(await json('prefect', 'status')).toMatchObject({ code: 3, server: { running: false } });
  });
});

/** Installs Prefect into the repository's own folder, once, and lets the checkout use it from there. */
async function shareEnvironment(root: string): Promise<void> {
  const folder = join(repositoryRoot(), '.trading', 'prefect');
  await createPrefectServer({ folder, databaseUrl: '', env: process.env }).install();
  mkdirSync(join(root, '.trading'), { mode: 0o711 });
  mkdirSync(join(root, '.trading', 'prefect'), { mode: 0o711 });
  for (const name of readdirSync(folder).filter((entry) => /^venv-[0-9a-f]{12}$/.test(entry)))
    symlinkSync(join(folder, name), join(root, '.trading', 'prefect', name));
}

async function loggingUrl(checkout: Checkout): Promise<string> {
  const { stdout } = await checkout.trading('status', '--json', '--secrets');
  const { roles } = JSON.parse(stdout) as { roles: { role: string; url: string }[] };
  return roles.find(({ role }) => role === 'trading_logging')?.url ?? '';
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
