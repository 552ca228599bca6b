const { settings } = require('./packages/testing/jest/settings.cjs');

/** The everyday tests: `npm test`. */
module.exports = settings({ long: false });
