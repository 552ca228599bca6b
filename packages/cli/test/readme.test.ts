import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServicePool, inTransaction, poolSql } from '@trading/database';
import { createPublisher } from '@trading/event-bus';
import { createTestDatabase, repositoryRoot, type TestDatabase, until } from '@trading/testing';

const example = (name: string) => join(repositoryRoot(), 'docs/examples', name);

/** Runs an example as a process of its own, from the sources. */
function run(name: string, env: Record<string, string>): ChildProcess {
  const loader = join(repositoryRoot(), 'packages/testing/jest/typescriptProgram.cjs');
  return spawn(process.execPath, ['--conditions=@trading/source', '-r', loader, example(name)], {
    cwd: repositoryRoot(),
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

describe("the README's programs", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await database?.drop();
  });

  it.each(['scopedClient.ts', 'subscribe.ts'])('are those of docs/examples: %s', (name) => {
    const readme = readFileSync(join(repositoryRoot(), 'README.md'), 'utf8');
    expect(readme).toContain(`\`\`\`ts\n${readFileSync(example(name), 'utf8')}\`\`\`\n`);
  });

  it('read through a scoped client', async () => {
    const program = run('scopedClient.ts', { EXECUTION_DATABASE_URL: database.serviceUrl('execution') });
    let printed = '';
    program.stdout?.on('data', (chunk) => {
      printed += chunk;
    });
    const code = await new Promise((resolve) => program.on('close', resolve));
    expect({ code, printed }).toEqual({ code: 0, printed: '0 orders are working\n' });
  });

  it('have an effect once for each event', async () => {
    await using execution = createServicePool({
      url: database.serviceUrl('execution'),
      service: 'execution',
    });
    await using analytics = createServicePool({
      url: database.serviceUrl('analytics'),
      service: 'analytics',
    });
    const publisher = createPublisher({ service: 'execution' });
    const trade = (tradeId: string, price: string) => ({
      tradeId,
      executionId: tradeId,
      orderId: 'O-1',
      accountId: 'A',
      symbol: 'AAPL',
      side: 'buy' as const,
      quantity: '10',
      price,
      commission: '0',
      realizedPnl: '0',
      executedAt: '2024-01-02T05:00:00.000Z',
      strategyId: null,
    });
    await inTransaction(execution, async (tx) => {
      await publisher.publish(tx, 'trade_executed', trade('T-1', '1.5'));
      await publisher.publish(tx, 'trade_executed', trade('T-2', '2.25'));
    });

    const program = run('subscribe.ts', { ANALYTICS_DATABASE_URL: database.serviceUrl('analytics') });
    const turnover = () =>
      poolSql(analytics).query(`SELECT value FROM analytics.analytics_cache WHERE key = 'turnover AAPL'`);
    await until('the effect of both', async () => (await turnover())[0]?.value === 37.5);
    program.kill('SIGINT');
    expect(await new Promise((resolve) => program.on('close', resolve))).toBe(0);

    expect(await turnover()).toEqual([{ value: 37.5 }]);
  });
});
