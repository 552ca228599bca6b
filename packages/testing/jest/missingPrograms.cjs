/**
 * Tests that need a program which no npm package brings. Where it is missing they are NOT RUN, and the run says so, so
 * that the project can be tested with Node alone; with TRADING_REQUIRE_ALL=1, as in CI, they run and fail.
 */
const { spawnSync } = require('node:child_process');

const succeeds = (program, args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** Prefect 3.4.14 wants one of these, with what makes a virtual environment. */
const PYTHON_CHECK = 'import sys, venv, ensurepip; sys.exit(not (3, 9) <= sys.version_info[:2] <= (3, 13))';

const NEEDS = [
  {
    program: 'redis-server',
    isThere: () => succeeds('redis-server', ['--version']),
    tests: [
      'packages/event-bus/test/(faults|lostStreams|outsiders|redisLogin|redisTopologies|streams)(\\.long)?\\.test\\.ts$',
      'packages/(local|testing)/test/redis\\.test\\.ts$',
    ],
  },
  {
    program: 'valkey-server',
    isThere: () => succeeds('valkey-server', ['--version']),
    tests: ['packages/event-bus/test/valkey.*\\.test\\.ts$'],
  },
  {
    program: 'pgbouncer',
    isThere: () => succeeds('pgbouncer', ['--version']),
    tests: ['packages/local/test/pgbouncer\\.long\\.test\\.ts$'],
  },
  {
    program: 'openssl',
    isThere: () => succeeds('openssl', ['version']),
    tests: ['packages/event-bus/test/redisLogin\\.test\\.ts$'],
  },
  {
    program: 'chromium',
    isThere: () => succeeds('chromium', ['--version']),
    tests: ['packages/cli/test/dashboard\\.long\\.test\\.ts$'],
  },
  {
    program: 'python3 (3.9 to 3.13, with venv and pip)',
    isThere: () => succeeds('python3', ['-c', PYTHON_CHECK]),
    tests: [
      'packages/orchestration/test/.*\\.test\\.ts$',
      'packages/cli/test/prefect(\\.long)?\\.test\\.ts$',
      'packages/event-bus/test/outsiders\\.test\\.ts$',
    ],
  },
];

/** Patterns of the tests that can't be run here; says on stderr which and why. */
exports.testsThatCannotRun = () => {
  if (process.env.TRADING_REQUIRE_ALL === '1') return [];
  const missing = NEEDS.filter(({ isThere }) => !isThere());
  for (const { program, tests } of missing) {
    console.error(`NOT RUN, because ${program} is not installed: ${tests.join(', ')}`);
  }
  return missing.flatMap(({ tests }) => tests);
};
