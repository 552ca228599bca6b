export { createTestDatabase, type TestDatabase } from './database';
export { describeWithRedis, isRedisInstalled } from './describeWithRedis';
export { startTestServer, type TestServer, type TestServerOptions } from './postgres';
export { startTestRedis, type TestRedis } from './redis';
export { repositoryRoot, runFolder } from './testRun';
