import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { repositoryRoot } from '@trading/testing';
import { makeCheckout, type Outcome, sampleDays } from './checkout';

/** What users have. Node 20.19, the oldest that works, is what CI itself runs on. */
const VERSIONS = ['22', '24'];

const DAYS = 90;

/** Runs a program to its end. */
function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Outcome> {
  const child = spawn(program, args, { cwd: repositoryRoot(), env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...printed }));
  });
}

/** npm's package `node` brings its program by a package for each platform, which needs no script of its own. */
const PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** The program of a version; kept for the next run. */
async function install(version: string): Promise<string> {
  const folder = join(repositoryRoot(), 'node_modules/.cache/node-versions', version);
  const program = join(folder, 'node_modules', PACKAGE, 'bin/node');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
    const installed = await run('npm', ['install', '--prefix', folder, ...flags, `${PACKAGE}@${version}`]);
    expect({ ...installed, code: installed.code }).toMatchObject({ code: 0 });
  }
  return program;
}

describe.each(VERSIONS)('on Node %s', (version) => {
  let node: string;
  beforeAll(async () => {
    node = await install(version);
    const { stdout } = await run(node, ['--version']);
    expect(stdout).toMatch(new RegExp(`^v${version}\\.`));
  });

  it('the demo trades, and finds nothing to do the second time', async () => {
    await using checkout = makeCheckout({}, node);
    const csv = checkout.file('aapl.csv', sampleDays(DAYS));
    const demo = async () => {
      const { code, stdout, stderr } = await checkout.trading(
        ...['demo', '--json', '--no-redis', '--symbol', 'AAPL', '--csv', csv],
      );
      return { code, stderr, ...JSON.parse(stdout) };
    };

    const first = await demo();
    const again = await demo();

    expect(first).toMatchObject({
      code: 0,
      stderr: '',
      tradedNow: true,
      summary: { bars: DAYS, orders: { filled: 1 } },
    });
    expect(again).toMatchObject({ code: 0, tradedNow: false, eventsDelivered: 0 });
  });

  it('the unit tests pass', async () => {
    const jest = join(repositoryRoot(), 'node_modules/jest/bin/jest.js');
    // Programs that tests start by the name `node` are of this version too.
    const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
    const { code, stderr } = await run(node, [jest, '--ci', '--maxWorkers=1', 'packages/[a-z-]+/src/'], env);

    expect({ code, failures: stderr.match(/^FAIL .*$/gm) }).toEqual({ code: 0, failures: null });
    expect(stderr).toMatch(/Test Suites: \d+ passed/);
  });
});
