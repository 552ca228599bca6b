const { testsThatCannotRun } = require('./packages/testing/jest/missingPrograms.cjs');

/** One run for the whole workspace: a PostgreSQL server is started once, and each test file clones a migrated template. */
module.exports = {
  globalSetup: '<rootDir>/packages/testing/jest/globalSetup.cjs',
  globalTeardown: '<rootDir>/packages/testing/jest/globalTeardown.cjs',
  testSequencer: '<rootDir>/packages/testing/jest/longestFirst.cjs',
  testEnvironment: 'node',
  // Packages resolve to their sources, so a test never sees a stale build.
  testEnvironmentOptions: {
    customExportConditions: ['@trading/source', 'node', 'node-addons', 'require', 'default'],
  },
  testMatch: ['<rootDir>/packages/*/{src,test}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', ...testsThatCannotRun()],
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
};
