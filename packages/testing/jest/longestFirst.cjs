const { relative } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');
const { secondsByFile } = require('./timings.cjs');

/**
 * The files that take longest, first: what begins last is then short, and no processor waits for the other. How long each takes
 * is measured (`npm run test:timings`). A file without a figure begins first, because it may be long.
 */
module.exports = class extends Sequencer {
  async sort(tests) {
    const known = secondsByFile();
    const seconds = ({ path, context }) => known[relative(context.config.rootDir, path)] ?? Infinity;
    const before = (one, other) => (seconds(one) === seconds(other) ? 0 : seconds(other) - seconds(one));
    return (await super.sort(tests)).sort(before);
  }
};
