import './relay.test';

// The same tests of the relay, on Valkey.
process.env.TRADING_TEST_REDIS = 'valkey-server';
