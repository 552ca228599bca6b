const { relative } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');
const { secondsByFile } = require('./timings.cjs');

/** What a file that was never measured counts as: behind those that are known to be slow, before the many quick ones. */
const UNKNOWN_SECONDS = 20;

/**
 * The files that take longest, first: what begins last is then short, and no processor waits for the other. How long each takes
 * is measured (`npm run test:timings`).
 */
module.exports = class extends Sequencer {
  async sort(tests) {
    const known = secondsByFile();
    const seconds = ({ path, context }) => known[relative(context.config.rootDir, path)] ?? UNKNOWN_SECONDS;
    return (await super.sort(tests)).sort((one, other) => seconds(other) - seconds(one));
  }
};
