export { createTestDatabase, type TestDatabase } from './database';
export { EVENT_SAMPLES } from './eventSamples';
export { startTestServer, type TestServer, type TestServerOptions } from './postgres';
export { prepareSystem } from './prepareSystem';
export { startTestRedis, type TestRedis } from './redis';
export { inOwnRun, repositoryRoot, runFolder } from './testRun';
export { PATIENCE_MS, until } from './until';
