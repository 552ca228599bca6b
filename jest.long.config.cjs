const { settings } = require('./packages/testing/jest/settings.cjs');

/** The long tests, in files named `*.long.test.ts`: `npm run test:long`. */
module.exports = settings({ long: true });
