import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@trading/testing';
import fc from 'fast-check';
import {
  CopyEncoder,
  copyIn,
  copyOut,
  createServicePool,
  inTransaction,
  poolSql,
  type ServicePool,
  ticksToText,
} from '../src';

const COLUMNS = '(symbol, "timestamp", data_source, open, high, low, close, volume)';
const COPY_IN = `COPY data_ingestion.market_data ${COLUMNS} FROM STDIN (FORMAT binary)`;

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

function bars(symbol: string, ticks: readonly number[], encoder = new CopyEncoder(256)): Buffer[] {
  ticks.forEach((value, index) => {
    encoder
      .row(8)
      .text(symbol)
      .timestamp(Date.UTC(2020, 0, 1 + index))
      .text('yahoo');
    for (const field of ['open', 'high', 'low', 'close']) encoder.ticks(field, value);
    encoder.bigint(BigInt(index));
  });
  return encoder.finish();
}

describe('COPY with the server', () => {
  test('every price that fits is stored as it is, and read back', async () => {
    let symbols = 0;
    const positive = fc.integer({ min: 1, max: 10 ** 15 - 1 });
    const round = fc
      .tuple(fc.integer({ min: 1, max: 9_999 }), fc.integer({ min: 0, max: 11 }))
      .map(([a, n]) => a * 10 ** n);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(positive, round), { minLength: 1, maxLength: 300 }),
        async (ticks) => {
          symbols += 1;
          const symbol = `P${symbols}`;
          await inTransaction(pool, async ({ client, query }) => {
            expect(await copyIn(client, COPY_IN, bars(symbol, ticks))).toBe(ticks.length);
            const stored = await query<{ close: string }>(
              'SELECT close FROM data_ingestion.market_data WHERE symbol = $1 ORDER BY "timestamp"',
              [symbol],
            );
            expect(stored.map(({ close }) => close)).toEqual(ticks.map(ticksToText));
            const read: number[] = [];
            const times: number[] = [];
            const count = await copyOut(
              client,
              `COPY (SELECT "timestamp", close FROM data_ingestion.market_data WHERE symbol = ${client.escapeLiteral(symbol)} ORDER BY 1) TO STDOUT (FORMAT binary)`,
              2,
              (row) => {
                times.push(row.timestamp());
                read.push(row.ticks());
              },
            );
            expect([count, read]).toEqual([ticks.length, ticks]);
            expect(times).toEqual(ticks.map((_, index) => Date.UTC(2020, 0, 1 + index)));
          });
        },
      ),
      { numRuns: 25 },
    );
  });

  test('a row that a CHECK refuses stores none, is typed, and the connection goes on', async () => {
    await inTransaction(pool, async ({ client, query }) => {
      await query('SAVEPOINT before');
      await expect(copyIn(client, COPY_IN, bars('BAD', [10, 0]))).rejects.toMatchObject({
        code: 'DATABASE.CHECK_VIOLATION',
        details: { constraint: 'valid_prices' },
      });
      await query('ROLLBACK TO before');
      expect(await query(`SELECT FROM data_ingestion.market_data WHERE symbol = 'BAD'`)).toEqual([]);
    });
  });

  test('a source that throws cancels the COPY', async () => {
    await expect(
      inTransaction(pool, ({ client }) =>
        copyIn(
          client,
          COPY_IN,
          (function* () {
            yield bars('CUT', [10])[0] ?? Buffer.alloc(0);
            throw new RangeError('the source broke');
          })(),
        ),
      ),
    ).rejects.toThrow('the source broke');
    expect(await pool.query(`SELECT FROM data_ingestion.market_data WHERE symbol = 'CUT'`)).toMatchObject({
      rowCount: 0,
    });
  });

  test('a reader that throws is heard, and the connection goes on', async () => {
    await inTransaction(pool, async ({ client, query }) => {
      await expect(
        copyOut(
          client,
          'COPY (SELECT i FROM generate_series(1, 100000) i) TO STDOUT (FORMAT binary)',
          1,
          () => {
            throw new RangeError('the reader broke');
          },
        ),
      ).rejects.toThrow('the reader broke');
      expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });
  });

  test('a statement that fails while it is read is typed, and the connection goes on', async () => {
    await inTransaction(pool, async ({ client, query }) => {
      await query('SAVEPOINT before');
      await expect(
        copyOut(
          client,
          'COPY (SELECT 1 / (5 - i) FROM generate_series(1, 9) i) TO STDOUT (FORMAT binary)',
          1,
          (row) => row.int(),
        ),
      ).rejects.toMatchObject({ code: 'DATABASE.INVALID_VALUE' });
      await query('ROLLBACK TO before');
      expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });
  });

  test('rows that are larger than a packet come whole, and what the server says in between is not lost', async () => {
    await inTransaction(pool, async ({ client, query }) => {
      await query(`CREATE FUNCTION pg_temp.told(i int) RETURNS int LANGUAGE plpgsql AS $$
        BEGIN RAISE NOTICE 'row %', i; RETURN i; END $$`);
      const notices: (string | undefined)[] = [];
      const hear = ({ message }: { message?: string | undefined }) => notices.push(message);
      client.on('notice', hear);
      const lengths: [number, number][] = [];

      await copyOut(
        client,
        `COPY (SELECT pg_temp.told(i), repeat('x', i * 100000) FROM generate_series(1, 9) i) TO STDOUT (FORMAT binary)`,
        2,
        (row) => lengths.push([row.int(), row.text()?.length ?? 0]),
      );

      client.off('notice', hear);
      expect(lengths).toEqual(Array.from({ length: 9 }, (_, i) => [i + 1, (i + 1) * 100_000]));
      expect(notices).toEqual(lengths.map(([i]) => `row ${i}`));
      expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });
  });

  test('a connection that ends in the middle is told of', async () => {
    const cut = inTransaction(pool, ({ client }) =>
      copyOut(
        client,
        `COPY (SELECT i FROM generate_series(1, 1000000) i WHERE i < 500000 OR pg_terminate_backend(pg_backend_pid()))
           TO STDOUT (FORMAT binary)`,
        1,
        (row) => row.int(),
      ),
    );
    await expect(cut).rejects.toMatchObject({ code: 'DATABASE.UNAVAILABLE', transient: true });
    expect(await poolSql(pool).query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
