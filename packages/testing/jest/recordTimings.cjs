const { relative } = require('node:path');
const { keepTimings } = require('./timings.cjs');

/** A reporter of jest that keeps how long each file took. A file that failed may have ended early, so its figure is not kept. */
module.exports = class {
  constructor({ rootDir }) {
    this.rootDir = rootDir;
  }

  onRunComplete(_contexts, { testResults }) {
    const passed = testResults.filter(
      ({ numFailingTests, testExecError }) => numFailingTests === 0 && !testExecError,
    );
    const seconds = ({ perfStats }) => Math.round((perfStats.end - perfStats.start) / 100) / 10;
    keepTimings(
      Object.fromEntries(
        passed.map((result) => [relative(this.rootDir, result.testFilePath), seconds(result)]),
      ),
    );
  }
};
