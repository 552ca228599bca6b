import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@trading/testing';
import fc from 'fast-check';
import { binaryArray, createServicePool, poolSql, type ServicePool, ticksToText } from '../src';

let database: TestDatabase;
let pool: ServicePool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createServicePool({ url: database.serviceUrl('ingestion'), service: 'ingestion' });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const row = fc.record({
  text: fc.string({ maxLength: 20 }).map((text) => text.replaceAll('\0', '')),
  ticks: fc.integer({ min: -(10 ** 15) + 1, max: 10 ** 15 - 1 }),
  volume: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  epochMs: fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2200, 0) }),
});

describe('a binary array', () => {
  it('is read by the server as what was put in, of any length', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 2_000 }), async (rows) => {
        const at = (index: number) => rows[index] as (typeof rows)[number];
        const [read] = await poolSql(pool).query(
          `SELECT $1::text[] AS texts, $2::numeric[]::text[] AS prices, $3::bigint[]::text[] AS volumes, $4::timestamptz[] AS times`,
          [
            binaryArray('text', rows.length, (array, index) => array.text(at(index).text)),
            binaryArray('numeric', rows.length, (array, index) => array.ticks('price', at(index).ticks)),
            binaryArray('bigint', rows.length, (array, index) => array.bigint(at(index).volume)),
            binaryArray('timestamptz', rows.length, (array, index) => array.timestamp(at(index).epochMs)),
          ],
        );
        expect(read).toEqual({
          texts: rows.map(({ text }) => text),
          prices: rows.map(({ ticks }) => ticksToText(ticks)),
          volumes: rows.map(({ volume }) => String(volume)),
          times: rows.map(({ epochMs }) => new Date(epochMs)),
        });
      }),
      { numRuns: 50 },
    );
  });
});
