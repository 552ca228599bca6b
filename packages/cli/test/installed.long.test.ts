import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { repositoryRoot, runFolder } from '@trading/testing';
import { type Outcome, sampleDays } from './checkout';

/** What a user does who has never seen the repository: an empty folder, `npm install`, and the commands of the README. */

const DAYS = 90;
const TOOLS = join(repositoryRoot(), 'node_modules/.bin');
const TSCONFIG = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    // Types of the packages, and of what they depend on, are checked too.
    skipLibCheck: false,
    outDir: 'out',
  },
};
/** A module that is reached by `import` and by `require` is one module. */
const SAME_INSTANCES = `
import { createRequire } from 'node:module';
const names = JSON.parse(process.argv[2]);
const require = createRequire(import.meta.url);
const differing = [];
for (const name of names) {
  const [imported, required] = [await import(name), require(name)];
  const known = Object.keys(required);
  if (known.length === 0) differing.push(name);
  for (const key of known) if (imported[key] !== required[key]) differing.push(name + ' ' + key);
}
console.log(JSON.stringify({ modules: names.length, differing }));
`;

let folder: string;

/** Runs a program in the user's folder to its end, with nothing of this repository in its environment. */
function run(program: string, args: readonly string[], cwd = folder): Promise<Outcome> {
  const {
    DATABASE_URL: _database,
    REDIS_URL: _redis,
    TRADING_ROOT: _root,
    NODE_OPTIONS: _options,
    ...env
  } = process.env;
  const child = spawn(program, args, {
    cwd,
    env: { ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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

/** Runs what has to end well. */
async function succeed(program: string, args: readonly string[], cwd = folder): Promise<string> {
  const outcome = await run(program, args, cwd);
  expect({ ...outcome, ran: [program, ...args] }).toMatchObject({ code: 0 });
  return outcome.stdout;
}

const trading = (...args: string[]) => succeed('npx', ['--no', 'trading', ...args]);

beforeAll(async () => {
  folder = mkdtempSync(join(runFolder(), 'installed-'));
  chmodSync(folder, 0o755);
  const packed = join(folder, 'packed');
  mkdirSync(packed);
  const pack = ['-r', '--filter', './packages/*', 'pack', '--pack-destination', packed];
  await succeed(join(TOOLS, 'pnpm'), pack, repositoryRoot());
  const tarballs = readdirSync(packed).map((name) => join(packed, name));
  expect(tarballs.length).toBe(readdirSync(join(repositoryRoot(), 'packages')).length);
  await succeed('npm', ['init', '-y']);
  await succeed('npm', ['install', '--no-audit', '--no-fund', '@types/node@20', ...tarballs]);
});
afterAll(async () => {
  if (existsSync(join(folder, '.trading'))) await trading('down');
});

describe('the packages, installed outside the repository', () => {
  it('bring a database up in the user’s folder, with the migrations they carry', async () => {
    mkdirSync(join(folder, 'below'));
    const up = JSON.parse(
      await succeed('npx', ['--no', 'trading', 'up', '--no-redis', '--json'], join(folder, 'below')),
    );
    expect(up).toMatchObject({
      migrationsApplied: [expect.stringMatching(/_baseline$/)],
      migrationsCurrent: true,
    });
    expect(readdirSync(folder)).toContain('.trading');
    expect(await trading('migrate', 'status')).toContain('Database schema is up to date!');
    expect(await trading('sql', 'diff')).toBe('The database is what prisma/schema and prisma/sql say.\n');
  });

  it('trade the demo', async () => {
    writeFileSync(join(folder, 'aapl.csv'), sampleDays(DAYS));
    const demo = JSON.parse(
      await trading('demo', '--json', '--no-redis', '--symbol', 'AAPL', '--csv', join(folder, 'aapl.csv')),
    );
    expect(demo).toMatchObject({ tradedNow: true, summary: { bars: DAYS, orders: { filled: 1 } } });
    expect(await trading('verify')).toBe('Everything follows from the trades.\n');
  });

  it('leave the schema to the repository', async () => {
    for (const args of [['migrate', 'dev'], ['migrate', 'reset'], ['sql', 'baseline'], ['docs']]) {
      const { code, stderr } = await run('npx', ['--no', 'trading', ...args]);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('(CLI.NOT_A_CHECKOUT)') });
    }
  });

  it('are used by TypeScript and JavaScript, as ES modules and as CommonJS', async () => {
    const source = join(repositoryRoot(), 'packages/cli/test/installedProgram.ts');
    for (const ending of ['mts', 'cts']) copyFileSync(source, join(folder, `program.${ending}`));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...TSCONFIG, include: ['program.*'] }));
    expect(await succeed(join(TOOLS, 'tsc'), ['-p', '.'])).toBe('');
    for (const ending of ['mjs', 'cjs']) {
      const { handled, ...report } = JSON.parse(
        await succeed(process.execPath, [`out/program.${ending}`, ending]),
      );
      expect(report).toEqual({
        filled: 1,
        refused: 'DATABASE.PERMISSION_DENIED',
        heard: `hello from ${ending}`,
      });
      // At least by logging, which hears every event.
      expect(handled).toBeGreaterThanOrEqual(1);
    }
  });

  it('are one instance each, however they are loaded', async () => {
    const manifest = (name: string) =>
      readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
    // The dashboard has no entry: its files are served.
    const names = readdirSync(join(folder, 'node_modules/@trading'))
      .map((name) => `@trading/${name}`)
      .filter((name) => 'exports' in JSON.parse(manifest(name)));
    expect(names.length).toBeGreaterThan(15);
    names.push('@trading/testing/faults', '@trading/testing/fuzz');
    writeFileSync(join(folder, 'instances.mjs'), SAME_INSTANCES);
    const report = JSON.parse(await succeed(process.execPath, ['instances.mjs', JSON.stringify(names)]));
    expect(report).toEqual({ modules: names.length, differing: [] });
  });

  it('go down, and come back with the same data', async () => {
    expect(JSON.parse(await trading('down', '--json'))).toMatchObject({ stopped: ['postgres'] });
    expect(JSON.parse(await trading('up', '--no-redis', '--json'))).toMatchObject({ migrationsApplied: [] });
    expect(await trading('verify')).toBe('Everything follows from the trades.\n');
  });
});
