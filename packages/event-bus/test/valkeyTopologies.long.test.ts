import './redisTopologies.long.test';

// The same tests of Cluster and Sentinel, on Valkey.
process.env.TRADING_TEST_REDIS = 'valkey-server';
