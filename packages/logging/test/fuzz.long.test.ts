import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@trading/testing';
import { fuzz } from '@trading/testing/fuzz';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('whatever a log line holds, it keeps no other line back', async () => {
  const program = join(__dirname, 'fuzz/fuzzProgram.ts');

  const failure = await fuzz({
    program,
    target: 'lines',
    runs: 300,
    context: { url: database.serviceUrl('logging') },
  });

  expect(failure).toBeUndefined();
});
