import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServicePool, poolSql, type ServicePool } from '@trading/database';
import { dailyBarStart, sessionOf, sessionsBetween } from '@trading/model';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import { ColumnsBuilder, createIngestionService, type IngestionService } from '../src';

const AAPL = require.resolve('@observablehq/sample-datasets/aapl.csv');

let database: TestDatabase;
let pool: ServicePool;
let service: IngestionService;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createServicePool({
    url: database.serviceUrl('ingestion'),
    service: 'ingestion',
    waitMs: PATIENCE_MS,
  });
  service = createIngestionService({ pool, clock: () => new Date('2024-02-01T22:00:00Z') });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** Daily bars of January 2024 whose price wanders a little; `change` alters or leaves out one. */
async function january(
  symbol: string,
  change: (date: string, index: number) => { price?: number; skip?: boolean } = () => ({}),
  dataSource = 'polygon',
  more: readonly string[] = [],
): Promise<void> {
  const columns = new ColumnsBuilder();
  const series = columns.seriesIndex({ symbol, dataSource });
  const dates = [...sessionsBetween('2024-01-01', '2024-02-01').map(({ date }) => date), ...more].sort();
  dates.forEach((date, index) => {
    const { price = 1_000_000 + (index % 5) * 5_000, skip = false } = change(date, index);
    if (skip) return;
    const bar = {
      open: price,
      high: price + 100,
      low: price - 100,
      close: price,
      volume: BigInt(100 + index),
    };
    columns.append(series, { timestamp: dailyBarStart(date).getTime(), ...bar });
  });
  await service.bulkIngest({ source: [columns], origin: 'test' });
}

const worth = async (symbol: string, options: object = {}) =>
  (await service.quality.check({ symbol, dataSource: 'polygon', ...options }))
    .filter(({ status }) => status !== 'pass')
    .map(({ check, status, timestamp, message }) => [
      check,
      status,
      timestamp?.toISOString().slice(0, 10),
      message,
    ]);

describe('the quality of a series', () => {
  test('that is sound passes every check, and each says so', async () => {
    await january('SOUND');
    const findings = await service.quality.check({ symbol: 'SOUND', dataSource: 'polygon' });
    expect(findings.map(({ check, status }) => `${check} ${status}`)).toEqual([
      'missing_session pass',
      'outside_session pass',
      'outlier pass',
      'unapplied_split pass',
      'frozen_price pass',
      'stale_series pass',
    ]);
  });

  test('the real AAPL history has every session, no split left to apply, and is long out of date', async () => {
    await service.ingestFile({ preset: 'yahoo', path: AAPL, symbol: 'AAPL' });
    expect(await worth('AAPL', { dataSource: 'yahoo' })).toEqual([
      [
        'stale_series',
        'warning',
        '2018-05-11',
        expect.stringMatching(/^the last bar is of 2018-05-11; \d+ sessions have ended since/),
      ],
    ]);
  });

  test('a session without a bar, and a bar without a session, are warnings', async () => {
    await january('GAP', (date) => ({ skip: date === '2024-01-10' }), 'polygon', ['2024-01-15']);
    expect(await worth('GAP')).toEqual([
      ['missing_session', 'warning', '2024-01-10', 'the session of 2024-01-10 has no bar'],
      [
        'outside_session',
        'warning',
        '2024-01-15',
        'the bar of 2024-01-15T05:00:00.000Z is outside any regular session: 2024-01-15 is no session',
      ],
    ]);
  });

  test('a bar of minutes before the opening, or after an early close, is one too', async () => {
    const columns = new ColumnsBuilder();
    const series = columns.seriesIndex({ symbol: 'EARLY', dataSource: 'polygon_1m' });
    const session = sessionOf('2023-11-24');
    const price = { open: 10, high: 10, low: 10, close: 10 };
    for (const [index, moment] of [session?.open.getTime() ?? 0, session?.close.getTime() ?? 0].entries()) {
      columns.append(series, { timestamp: moment - 60_000, ...price, volume: BigInt(index) });
      columns.append(series, { timestamp: moment, ...price, volume: 5n + BigInt(index) });
    }
    await service.bulkIngest({ source: [columns], origin: 'test' });
    expect(
      (await worth('EARLY', { dataSource: 'polygon_1m', to: new Date('2024-01-01Z') })).map(
        ([check, , , message]) => [check, String(message).slice(0, 40)],
      ),
    ).toEqual([
      ['outside_session', 'the bar of 2023-11-24T14:29:00.000Z is o'],
      ['outside_session', 'the bar of 2023-11-24T18:00:00.000Z is o'],
      ['stale_series', expect.anything()],
    ]);
  });

  test('a split that was not applied fails, and is told of; a wild price is a warning', async () => {
    await january('SPLIT', (_, index) => (index >= 10 ? { price: 250_000 + (index % 5) * 1_000 } : {}));
    expect(await worth('SPLIT')).toEqual([
      [
        'unapplied_split',
        'fail',
        '2024-01-17',
        'the open is 1/4 of the close before it, like a split that was not applied',
      ],
    ]);
    expect(
      await poolSql(pool).query(
        `SELECT event_type, data->>'checkType' AS check, data->>'barTimestamp' AS bar FROM event_bus.outbox WHERE key = 'SPLIT' AND event_type <> 'market_data_updated'`,
      ),
    ).toEqual([
      { event_type: 'data_quality_failed', check: 'unapplied_split', bar: '2024-01-17T05:00:00.000Z' },
    ]);
    await january('WILD', (date) => (date === '2024-01-17' ? { price: 1_400_000 } : {}));
    expect((await worth('WILD')).map(([check, status, date]) => [check, status, date])).toEqual([
      ['outlier', 'warning', '2024-01-17'],
      ['outlier', 'warning', '2024-01-18'],
    ]);
  });

  test('of one day is told by the days before it, in which nothing is found again', async () => {
    await january('DAILY', (date) => ({
      ...(date === '2024-01-17' ? { price: 250_000 } : {}),
      ...(date > '2024-01-17' ? { price: 400_000 } : {}),
      skip: date === '2024-01-10',
    }));
    const day = async (date: string) => {
      const from = dailyBarStart(date);
      const found = await worth('DAILY', { from, to: new Date(from.getTime() + 86_400_000) });
      return found.map(([check, status, bar]) => `${check} ${status} ${bar}`);
    };
    expect(await day('2024-01-09')).toEqual([]);
    expect(await day('2024-01-10')).toEqual([
      'missing_session warning 2024-01-10',
      'stale_series warning 2024-01-09',
    ]);
    expect(await day('2024-01-15')).toEqual([]);
    expect(await day('2024-01-17')).toEqual(['unapplied_split fail 2024-01-17']);
    expect(await day('2024-01-18')).toEqual(['outlier warning 2024-01-18']);
    expect(await day('2024-01-19')).toEqual([]);
    // It is not over: nothing is missing yet.
    expect(await day('2024-02-02')).toEqual([]);
  });

  test('bars that repeat themselves, and a series that stopped, are warnings', async () => {
    const columns = new ColumnsBuilder();
    const series = columns.seriesIndex({ symbol: 'STUCK', dataSource: 'polygon' });
    for (const { date } of sessionsBetween('2024-01-02', '2024-01-26')) {
      columns.append(series, {
        timestamp: dailyBarStart(date).getTime(),
        open: 9,
        high: 9,
        low: 9,
        close: 9,
        volume: 0n,
      });
    }
    await service.bulkIngest({ source: [columns], origin: 'test' });
    expect(await worth('STUCK')).toEqual([
      ['frozen_price', 'warning', '2024-01-02', '18 bars in a row hold the same prices and volume'],
      [
        'stale_series',
        'warning',
        '2024-01-26',
        'the last bar is of 2024-01-26; 4 sessions have ended since, the latest on 2024-02-01',
      ],
    ]);
  });

  test('two providers that disagree', async () => {
    await january('BOTH');
    await january(
      'BOTH',
      (date) =>
        date === '2024-01-03' ? { price: 1_012_000 } : date === '2024-01-04' ? { price: 1_100_000 } : {},
      'alpaca',
    );
    const findings = await service.quality.check({
      symbol: 'BOTH',
      dataSource: 'polygon',
      compareWith: 'alpaca',
    });
    expect(
      findings
        .filter(({ check }) => check === 'source_disagreement')
        .map(({ status, message }) => [status, message]),
    ).toEqual([
      ['warning', 'the close is 100.5, alpaca has 101.2'],
      ['fail', 'the close is 101, alpaca has 110'],
    ]);
  });

  test('is reported by what each check found last', async () => {
    await january('REPORT', (date) => ({ skip: date === '2024-01-10' || date === '2024-01-11' }));
    await service.quality.check({ symbol: 'REPORT', dataSource: 'polygon' });
    await january('REPORT', (date) => ({ skip: date !== '2024-01-10' }));
    await service.quality.check({ symbol: 'REPORT', dataSource: 'polygon' });
    const report = await service.quality.report('REPORT');
    expect(report.find(({ checkType }) => checkType === 'missing_session')).toMatchObject({
      failed: 0,
      warnings: 1,
      worst: 'the session of 2024-01-11 has no bar',
    });
    expect(report).toHaveLength(6);
  });
});
