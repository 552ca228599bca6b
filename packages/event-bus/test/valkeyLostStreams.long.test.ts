import './lostStreams.test';

// The same tests of what streams lose, on Valkey.
process.env.TRADING_TEST_REDIS = 'valkey-server';
