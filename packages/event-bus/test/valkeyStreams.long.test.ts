import './streams.test';

// The same tests of streams, on Valkey.
process.env.TRADING_TEST_REDIS = 'valkey-server';
