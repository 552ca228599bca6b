import { describe, expect, test } from '@jest/globals';
import { ticksToText } from '@trading/database';
import { until } from '@trading/testing';
import fc from 'fast-check';
import { barsOf, type TestBar } from './barsOf';
import { load, pool, rows, service, storedBars, useBulkIngestion, year } from './bulkIngestion';

useBulkIngestion();

describe('however a stream is cut, loaded and repeated', () => {
  const anyBar = fc.record({
    symbol: fc.constantFrom('a', 'b', 'c'),
    day: fc.integer({ min: 0, max: 12 }),
    price: fc.integer({ min: 1, max: 3 }),
  });
  let runs = 0;

  test('the counts, the events and the bars are those of taking it row by row', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyBar, { maxLength: 30 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: 1, max: 3 }),
        async (batches, chunkRows, connections) => {
          runs += 1;
          const own = (bar: TestBar) => ({ ...bar, symbol: `R${runs}.${bar.symbol.toUpperCase()}` });
          const expected = new Map<string, number>();
          const counts = { inserted: 0, updated: 0, unchanged: 0 };
          for (const bar of batches.flat()) {
            const key = `${own(bar).symbol} ${bar.day}`;
            const before = expected.get(key);
            counts[before === undefined ? 'inserted' : before === bar.price ? 'unchanged' : 'updated'] += 1;
            expected.set(key, bar.price);
          }

          const source = batches.map((bars) => barsOf(bars.map(own)));
          const summary = await service.bulkIngest({ source, origin: 'test', chunkRows, connections });

          expect(summary).toMatchObject({ ...counts, rejectedRows: 0, rows: batches.flat().length });
          const stored = await storedBars(`R${runs}.%`);
          expect(new Map(stored.map(({ symbol, day, close }) => [`${symbol} ${day}`, close]))).toEqual(
            new Map([...expected].map(([key, price]) => [key, ticksToText(price)])),
          );
          expect(
            await rows(
              `SELECT coalesce(sum((data->>'inserted')::int), 0)::int AS inserted FROM event_bus.outbox WHERE key LIKE $1`,
              `R${runs}.%`,
            ),
          ).toEqual([{ inserted: counts.inserted }]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('two writers', () => {
  test('of the same series at once store each bar once, and their counts add up', async () => {
    const bars = year('TWO', 10_000, 2_000);
    const options = { chunkRows: 100 };
    const [one, other] = await Promise.all([load(bars, options), load([...bars].reverse(), options)]);
    expect(one.inserted + other.inserted).toBe(2_000);
    expect(one.unchanged + other.unchanged).toBe(2_000);
    expect(await storedBars('TWO')).toHaveLength(2_000);
    expect(
      await rows(`SELECT row_count::int FROM data_ingestion.ingestion_status WHERE symbol = 'TWO'`),
    ).toEqual([{ row_count: 2_000 }]);
  });

  test('one of which takes no lock: the chunk is taken again, and nothing is doubled', async () => {
    const foreign = await pool.connect();
    try {
      await foreign.query('BEGIN');
      await foreign.query(
        `INSERT INTO data_ingestion.market_data (symbol, "timestamp", data_source, open, high, low, close, volume)
         VALUES ('RACE', '2020-01-03Z', 'polygon', 1, 1, 1, 1, 100)`,
      );
      const { rows: own } = await foreign.query('SELECT pg_backend_pid() AS pid');
      const loading = load(year('RACE', 1, 10));
      await until('the COPY to meet the uncommitted key and wait for it', async () => {
        const blocked = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND $1 = ANY (pg_blocking_pids(pid))`;
        return (await rows(blocked, own[0].pid)).length > 0;
      });
      await foreign.query('COMMIT');
      expect(await loading).toMatchObject({ inserted: 9, updated: 1 });
    } finally {
      foreign.release();
    }
  });
});
