import { beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@trading/testing';
import { makeCheckout, makePreparedCheckout, sampleDays } from './checkout';
import { DAYS, type DemoJson, summaryOf } from './demoRun';
import { holdBars, sessionsGone } from './heldBars';

describe('trading demo, stopped half way', () => {
  let first: DemoJson;

  beforeAll(async () => {
    await using checkout = makeCheckout();
    const csv = checkout.file('aapl.csv', sampleDays(DAYS));
    first = await summaryOf(checkout, '--symbol', 'AAPL', '--csv', csv, '--no-redis');
  });

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'comes to the same end when %s stops it half way and it is run again',
    async (signal) => {
      await using checkout = await makePreparedCheckout();
      await checkout.trading('up', '--no-redis');
      const args = [
        'demo',
        '--json',
        '--no-redis',
        '--symbol',
        'AAPL',
        '--csv',
        checkout.file('aapl.csv', sampleDays(DAYS)),
      ];
      await using bars = await holdBars(checkout, 2014);
      const { child, printed, outcome } = checkout.start(...args);
      await bars.reached();
      child.kill(signal);
      if (signal === 'SIGINT') {
        await until('it to have heard', () => printed.stderr.includes('Stopping'));
        await bars.release();
        const { code, stdout } = await outcome;
        expect({ code, interrupted: JSON.parse(stdout).ingestion.interrupted }).toEqual({
          code: 130,
          interrupted: true,
        });
      }
      await outcome;
      await bars.release();
      await sessionsGone(checkout);

      const { summary } = await summaryOf(checkout, ...args.slice(2));

      // How often figures were computed and told of depends on what came first; what came out does not.
      const { logLines: _ours, events: _mine, ...mine } = summary;
      const { logLines: _theirs, events: _told, ...theirs } = first.summary;
      expect(mine).toEqual(theirs);
    },
  );

  it('says which server went away in the middle, and goes on once it is back', async () => {
    await using checkout = await makePreparedCheckout();
    await checkout.trading('up', '--no-redis');
    const args = [
      'demo',
      '--json',
      '--no-redis',
      '--symbol',
      'AAPL',
      '--csv',
      checkout.file('aapl.csv', sampleDays(DAYS)),
    ];
    const { servers } = JSON.parse((await checkout.trading('status', '--json')).stdout);
    await using bars = await holdBars(checkout, 2014);
    const { outcome } = checkout.start(...args);
    await bars.reached();
    process.kill(servers[0].pid, 'SIGKILL');

    const { code, stdout } = await outcome;

    expect({ code, error: JSON.parse(stdout).error.code }).toEqual({
      code: 3,
      error: 'DATABASE.UNAVAILABLE',
    });
    expect((await summaryOf(checkout, ...args.slice(2))).summary.bars).toBe(DAYS);
  });
});
