const { removeRunFolder } = require('./runFolder.cjs');

/** Ends every server that a test of this run started, also the ones that a failed test left behind. */
module.exports = async () => {
  if (process.env.TRADING_TEST_RUN !== undefined) await removeRunFolder(process.env.TRADING_TEST_RUN);
};
