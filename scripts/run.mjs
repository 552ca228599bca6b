// Behind every `npm run …`: makes the workspace ready with nothing installed but Node and npm, then runs the command.
// Ready means: dependencies as the lockfile says, scoped clients generated, packages built. What is ready is skipped.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const BIN = join(ROOT, 'node_modules/.bin');
const INSTALL_MARK = join(ROOT, 'node_modules/.installed');
const ENVIRONMENT = {
  ...process.env,
  // turbo and the packages' scripts look for pnpm on PATH.
  PATH: `${BIN}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
};

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Node ${process.versions.node} is too old: this project needs 20.19 or later.`);
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const COMMANDS = {
  // Only makes ready.
  setup: () => {},
  build: () => {},
  test: (args) => run('jest', args),
  'test:long': (args) => run('jest', ['--config', 'jest.long.config.cjs', ...args]),
  // Measures how long each test file takes, of both commands; the order in which they run follows from it.
  'test:timings': (args) => {
    // Behind the paths, which jest would take for reporters otherwise.
    const report = [
      '--passWithNoTests',
      '--reporters=default',
      '--reporters=./packages/testing/jest/recordTimings.cjs',
    ];
    run('jest', [...args, ...report]);
    run('jest', ['--config', 'jest.long.config.cjs', ...args, ...report]);
  },
  lint: () => {
    run('biome', ['check', '--error-on-warnings', '.']);
    run(process.execPath, [join(ROOT, 'scripts/patterns.mjs')]);
  },
  format: () => run('biome', ['check', '--write', '.']),
  types: () => {
    run('tsc', ['-p', 'tsconfig.json']);
    run('tsc', ['-p', 'packages/schema-engine/tsconfig.json']);
    // Runs in browsers: the DOM is there and JSX is Preact's.
    run('tsc', ['-p', 'packages/dashboard/tsconfig.json']);
  },
  imports: () =>
    run('depcruise', [
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err-long',
      'packages',
      'benchmarks',
    ]),
  // What is published: entries, types. The packed files, as an installation gets them.
  packages: () => run(process.execPath, [join(ROOT, 'scripts/checkPackages.mjs')]),
  unused: () => run('knip', ['--no-config-hints']),
  // Locks, rewrites and what can't run on rows, in the migrations after the baseline: that one runs on an empty database only.
  migrations: (args) => {
    const files = args.length > 0 ? args : laterMigrations();
    if (files.length > 0) run('squawk', files);
    else console.log('There is no migration after the baseline.');
  },
};

// Ctrl-C goes to the program in the foreground as well, which stops at its next safe point; this one waits for it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});

const [name, ...args] = process.argv.slice(2);
install();
build();
if (name in COMMANDS) COMMANDS[name](args);
else run('trading', [name, ...args]);

/** Installs with the pinned pnpm when the lockfile or a manifest is not the one that was installed last. */
function install() {
  const wanted = installKey();
  if (existsSync(INSTALL_MARK) && readFileSync(INSTALL_MARK, 'utf8') === wanted) return;
  const pnpm = manifest.packageManager;
  console.error(`Installing dependencies with ${pnpm} (first run, or the lockfile changed) …`);
  const { status } = spawnSync('npx', ['--yes', pnpm, 'install', '--frozen-lockfile'], {
    cwd: ROOT,
    env: ENVIRONMENT,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail('Installing failed; see above. The command can be run again.', status);
  mkdirSync(dirname(INSTALL_MARK), { recursive: true });
  writeFileSync(INSTALL_MARK, wanted);
}

function installKey() {
  const hash = createHash('sha256');
  const manifests = readdirSync(join(ROOT, 'packages')).map((folder) => `packages/${folder}/package.json`);
  for (const file of [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'package.json',
    '.pnpmfile.cjs',
    'benchmarks/package.json',
    ...manifests.sort(),
  ]) {
    const path = join(ROOT, file);
    if (existsSync(path)) hash.update(file).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** Generates and builds through turbo, whose cache makes the second time quick. Speaks only when it has to. */
function build() {
  if (!existsSync(join(ROOT, 'packages/cli/dist'))) {
    console.error('Generating the scoped clients and building the packages (once) …');
  }
  const { status, stdout, stderr, error } = spawnSync(
    join(BIN, 'turbo'),
    ['run', 'build', '--output-logs=errors-only'],
    {
      cwd: ROOT,
      env: ENVIRONMENT,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    },
  );
  if (error) fail(`turbo could not be started: ${error.message}`);
  if (status !== 0) fail(`${stdout}${stderr}`, status ?? 1);
}

function laterMigrations() {
  const folder = join(ROOT, 'prisma/migrations');
  const names = readdirSync(folder).filter((name) => /^\d/.test(name));
  return names
    .sort()
    .slice(1)
    .map((name) => join(folder, name, 'migration.sql'));
}

/** Runs a program of node_modules/.bin in the foreground; its failure is ours. */
function run(program, args) {
  const { status, signal, error } = spawnSync(
    program === process.execPath ? program : join(BIN, program),
    args,
    {
      cwd: ROOT,
      env: ENVIRONMENT,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    },
  );
  if (error) fail(`${program} could not be started: ${error.message}`);
  if (signal) process.exit(130);
  if (status !== 0) process.exit(status);
}

function fail(message, status = 1) {
  console.error(message);
  process.exit(status ?? 1);
}
