export { createTestDatabase, type TestDatabase } from './database';
export { startTestServer, type TestServer, type TestServerOptions } from './postgres';
export { startTestRedis, type TestRedis } from './redis';
export { inOwnRun, repositoryRoot, runFolder } from './testRun';
