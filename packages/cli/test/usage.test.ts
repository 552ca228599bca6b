import { describe, expect, it } from '@jest/globals';
import { makeCheckout } from './checkout';

describe('the trading command', () => {
  const checkout = makeCheckout();

  it('shows what there is, and exits with 0', async () => {
    const { code, stdout } = await checkout.trading('--help');
    expect(code).toBe(0);
    for (const command of [
      'up',
      'down',
      'status',
      'doctor',
      'demo',
      'migrate',
      'studio',
      'ingest',
      'quality',
      'partitions',
      'verify',
      'audit',
      'bus',
      'events',
      'bench',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    }
  });

  it.each(['up', 'down', 'status', 'doctor', 'demo', 'ingest', 'events', 'bench', 'docs'])(
    '%s has --help and --json',
    async (command) => {
      const { code, stdout } = await checkout.trading(command, '--help');
      expect({ code, json: stdout.includes('--json') }).toEqual({ code: 0, json: true });
    },
  );

  it.each([
    [['nonsense'], /unknown command 'nonsense'/],
    [['up', '--nonsense'], /unknown option '--nonsense'/],
    [['ingest', '--symbol', 'AAPL'], /say what to load: FILE\.\.\., with --symbol SYMBOL where the files/],
    [
      ['ingest', '--csv', 'a.csv', '--provider', 'yahoo'],
      /'--csv <path>' cannot be used with option '--provider/,
    ],
    [
      ['ingest', '--provider', 'yahoo', '--symbols', 'AAPL'],
      /--provider needs --symbols A,B,... and --from DATE/,
    ],
    [
      ['ingest', '--provider', 'iex', '--symbols', 'A', '--from', '2024-01-01'],
      /Allowed choices are polygon, yahoo/,
    ],
    [['partitions', 'drop-before', 'yesterday'], /must be a date like 2024-03-01, or a time with its offset/],
    [['bus', 'tail', '--type', 'nonsense'], /Allowed choices are market_data_updated/],
    [['bench', 'nonsense'], /there is no benchmark 'nonsense'; there are partitions/],
    [['bench', 'partitions', '--rounds', '0'], /must be a whole number from 1 on/],
    [['demo', '--symbol', 'MSFT'], /--symbol and --csv go together/],
  ])('%j is wrong usage: exit code 2 and what would be right', async (args, message) => {
    const { code, stderr } = await checkout.trading(...args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });

  it('names a variable that is wrong, and never its value', async () => {
    const { code, stderr } = await makeCheckout({ DATABASE_URL: 'mysql://me:hunter2@host/db' }).trading(
      'status',
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/DATABASE_URL must be a URL that begins with postgresql:\/\/ or postgres:\/\//);
    expect(stderr).not.toContain('hunter2');
  });

  it('exits with 70 where its module cannot be loaded, which is no finding of the command', async () => {
    const broken = checkout.file(
      'broken.cjs',
      `const { Module } = require('node:module');
      const load = Module._load;
      Module._load = (request, ...rest) =>
        load(request === './commands/status' ? './commands/missing' : request, ...rest);`,
    );
    const { code, stderr } = await makeCheckout({ NODE_OPTIONS: `--require ${broken}` }).trading('status');
    expect({ code, stderr }).toEqual({
      code: 70,
      stderr: expect.stringMatching(
        /^error the command could not be loaded: Error: Cannot find module '.\/commands\/missing'/,
      ),
    });
    expect(stderr).toContain('run: npm run setup');
  });

  it('says what to do before anything was started, with exit code 3', async () => {
    expect(await checkout.trading('status')).toMatchObject({
      code: 3,
      stdout: 'Nothing is set up yet. Run: npx trading up\n',
    });
    expect(JSON.parse((await checkout.trading('status', '--json')).stdout)).toMatchObject({
      configured: false,
      servers: [],
    });
    const ingest = await checkout.trading(
      'ingest',
      '--csv',
      checkout.file('bars.csv', 'Date\n'),
      '--symbol',
      'AAPL',
    );
    expect(ingest).toMatchObject({
      code: 3,
      stderr: 'error there are no servers yet: run `npx trading up` first (LOCAL.NOT_UP)\n',
    });
  });

  it('lists the events as data', async () => {
    const { stdout } = await checkout.trading('events', '--json');
    const { events } = JSON.parse(stdout);
    expect(events).toHaveLength(11);
    expect(events[0]).toMatchObject({ type: 'market_data_updated', version: 1, publishers: ['ingestion'] });
  });
});
