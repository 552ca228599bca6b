import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestDatabase, runFolder, type TestDatabase } from '@trading/testing';
import { fuzz } from '@trading/testing/fuzz';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test.each([
  ['csv', 100],
  ['mappedCsv', 100],
  ['parquet', 150],
  ['polygon', 80],
  ['yahoo', 80],
  ['alpaca', 80],
])(
  '%s: whatever comes in is stored, or rejected with a reason, and holds nothing up',
  async (target, runs) => {
    const context = {
      url: database.serviceUrl('ingestion'),
      folder: runFolder(),
      prefix: target.toUpperCase(),
    };

    const failure = await fuzz({ program: join(__dirname, 'fuzz/fuzzProgram.ts'), target, runs, context });

    expect(failure).toBeUndefined();
  },
);
