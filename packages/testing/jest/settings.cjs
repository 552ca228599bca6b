const { join } = require('node:path');
const { testsThatCannotRun } = require('./missingPrograms.cjs');

const LONG = '\\.long\\.test\\.ts$';

/**
 * Jest's settings. One run for the whole workspace: a PostgreSQL server is started once, and each test file clones a migrated
 * template.
 *
 * @param long  true for the files named `*.long.test.ts` only: kills at chosen moments, fuzzing, upgrades, other versions of Node,
 *              other servers. False for all others.
 */
exports.settings = ({ long }) => ({
  rootDir: join(__dirname, '../../..'),
  globalSetup: '<rootDir>/packages/testing/jest/globalSetup.cjs',
  globalTeardown: '<rootDir>/packages/testing/jest/globalTeardown.cjs',
  testSequencer: '<rootDir>/packages/testing/jest/longestFirst.cjs',
  testEnvironment: 'node',
  // Packages resolve to their sources, so a test never sees a stale build.
  testEnvironmentOptions: {
    customExportConditions: ['@trading/source', 'node', 'node-addons', 'require', 'default'],
  },
  testMatch: [`<rootDir>/packages/*/{src,test}/**/*${long ? '.long' : ''}.test.ts`],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', ...(long ? [] : [LONG]), ...testsThatCannotRun()],
  modulePathIgnorePatterns: ['/dist/'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  extensionsToTreatAsEsm: [],
  // Ends what hangs; a machine that is slow, or busy with something else, is no failure.
  testTimeout: 600_000,
  maxWorkers: 2,
});
