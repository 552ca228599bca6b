import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServicePool } from '@trading/database';
import { PATIENCE_MS, repositoryRoot } from '@trading/testing';
import { type Checkout, makePreparedCheckout, sampleDays } from './checkout';

/** A strategy of a user's own, in a file of its own: the one of the page that tells how to write one. */
const [, BREAKOUT = ''] =
  /```ts\n(.*?)```/s.exec(readFileSync(join(repositoryRoot(), 'docs/extending/strategy.md'), 'utf8')) ?? [];

const CONFIG = `
import { defineEvent } from '@trading/model';
import { defineConfig } from '@trading/system';
import { z } from 'zod';
import { breakout } from './breakout';

export default defineConfig({
  strategies: [breakout],
  presets: [
    {
      name: 'desk',
      header: ['Day', 'O', 'H', 'L', 'C', 'Vol'],
      mapping: { timestamp: 'Day', open: 'O', high: 'H', low: 'L', close: 'C', volume: 'Vol' },
      source: 'yahoo',
      adjustment: 'adjusted for splits',
    },
  ],
  events: {
    desk_opened: defineEvent({
      version: 1,
      publishers: ['strategy'],
      summary: 'The desk opened.',
      key: (data) => data.desk,
      data: z.strictObject({ desk: z.string() }),
    }),
  },
});
`;

describe('trading.config.ts', () => {
  let checkout: Checkout;
  const errorOf = async (config: string, ...args: string[]) => {
    const path = checkout.file('other.config.ts', config);
    const { code, stdout } = await checkout.trading(...args, '--config', path, '--json');
    return { exit: code, ...JSON.parse(stdout).error };
  };

  beforeAll(async () => {
    checkout = await makePreparedCheckout();
    checkout.file('breakout.ts', BREAKOUT);
    checkout.file('trading.config.ts', CONFIG);
  });
  afterAll(async () => {
    await checkout?.[Symbol.asyncDispose]();
  });

  it('adds a strategy, a form of files and an event type, which every command then knows', async () => {
    const { stdout } = await checkout.trading('strategies', 'kinds', '--json');
    expect(JSON.parse(stdout).kinds.map(({ kind }: { kind: string }) => kind)).toEqual([
      'moving_average_crossover',
      'mean_reversion',
      'momentum_rotation',
      'pairs',
      'breakout',
    ]);
    expect((await checkout.trading('events')).stdout).toMatch(/desk_opened +1 +strategy/);

    const rows = sampleDays(120).trim().split('\n').slice(1);
    const desk = rows.map((row) =>
      row
        .split(',')
        .filter((_, index) => index !== 5)
        .join(','),
    );
    checkout.file('desk.csv', `Day,O,H,L,C,Vol\n${desk.join('\n')}\n`);
    const up = await checkout.trading('up', '--no-redis', '--json');
    expect(up.code).toBe(0);
    const status = JSON.parse((await checkout.trading('status', '--secrets', '--json')).stdout);
    const { url } = status.roles.find(({ role }: { role: string }) => role === 'trading_owner');
    await using owner = createServicePool({ url, service: 'event_bus', max: 1, waitMs: PATIENCE_MS });
    const types = await owner.query(
      "SELECT publisher, version FROM event_bus.event_types WHERE type = 'desk_opened'",
    );
    expect(types.rows).toEqual([{ publisher: 'strategy', version: 1 }]);

    const loaded = await checkout.trading('ingest', 'desk.csv', '--symbol', 'AAPL', '--round', '--json');
    expect(JSON.parse(loaded.stdout)).toMatchObject({ preset: 'desk', inserted: 120 });

    const backtest = await checkout.trading(
      ...[
        'backtest',
        '--kind',
        'breakout',
        '--symbols',
        'AAPL',
        '--from',
        '2013-05-13',
        '--to',
        '2013-12-31',
      ],
      ...['--parameters', '{"days":10,"signalSource":"yahoo"}', '--json'],
    );
    const { figures } = JSON.parse(backtest.stdout);
    // New highs and lows of ten days, counted from the file itself.
    expect(figures).toMatchObject({ bars: 120, signals: breakouts(desk, 10) });
    expect(figures.trades).toBeGreaterThan(2);
  });

  it.each([
    [
      'export default { strategys: [] };',
      'CONFIG.INVALID',
      /:1: strategys: there is no such field; there are strat/,
    ],
    ['\nexport default {\n  strategies: [\n', 'CONFIG.INVALID', /Unexpected token .*other\.config\.ts:4/],
    ['\n\nthrow new Error("no licence");', 'CONFIG.INVALID', /other\.config\.ts:3: no licence/],
    [
      'export default {\n  channels: { pager: {} } };',
      'CONFIG.INVALID',
      /:2: pager: channels\.pager is not one: a channel/,
    ],
    [
      'export default {\n  strategies: [{ kind: "x" }] };',
      'CONFIG.INVALID',
      /:2: strategies: entry 1 is not one: a str/,
    ],
    ['export const x = 1;', 'CONFIG.INVALID', /x: there is no such field/],
    [
      "import { breakout } from './breakout';\nexport default { strategies: [breakout, breakout] };",
      'CONFIG.DUPLICATE_NAME',
      /other\.config\.ts: strategies: 'breakout' is there twice: both here/,
    ],
    [
      "import { breakout } from './breakout';\nexport default { strategies: [{ ...breakout, kind: 'mean_reversion' }] };",
      'CONFIG.DUPLICATE_NAME',
      /strategies: 'mean_reversion' is there twice: the other one is built in/,
    ],
  ])('is refused where it is %j', async (config, code, message) => {
    const refused = await errorOf(config, 'strategies', 'kinds');
    expect(refused).toMatchObject({ exit: 1, code, message: expect.stringMatching(message) });
  });

  it('does not keep the servers from being looked at and stopped where it is wrong', async () => {
    const path = checkout.file('other.config.ts', 'export default 5;');
    const status = await checkout.trading('status', '--config', path, '--json');
    expect(JSON.parse(status.stdout)).toHaveProperty('roles');
    expect(await errorOf('export default 5;', 'bus', 'status')).toMatchObject({
      code: 'CONFIG.INVALID',
      message: expect.stringMatching(/:1: default: the file must export a config/),
    });
  });
});

/** Closes above every high, or below every low, of the ten days before. */
function breakouts(rows: readonly string[], days: number): number {
  const bars = rows.map((row) => row.split(',').slice(1, 5).map(Number) as [number, number, number, number]);
  return bars.filter(([, , , close], index) => {
    const before = bars.slice(index - days, index);
    if (index < days) return false;
    return (
      close > Math.max(...before.map(([, high]) => high)) ||
      close < Math.min(...before.map(([, , low]) => low))
    );
  }).length;
}
