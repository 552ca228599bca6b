const { createRunFolder, removeAbandonedRunFolders } = require('./runFolder.cjs');

/** Starts nothing: the first test that asks for a database starts the server, so unit tests alone don't pay for it. */
module.exports = async () => {
  await removeAbandonedRunFolders();
  process.env.TRADING_TEST_RUN = createRunFolder();
};
