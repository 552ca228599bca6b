import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServicePool, poolSql, type ServicePool } from '@trading/database';
import { createTestDatabase, PATIENCE_MS, type TestDatabase, until } from '@trading/testing';
import { createIngestionService, createProvider, type IngestionService } from '../src';
import { type ProviderServer, startProviderServer } from './providerServer';

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
  service = createIngestionService({ pool });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const day = (number: number) => new Date(Date.UTC(2024, 0, 1 + number, 5));

/** A Yahoo whose adjusted closes are `factor` of its closes, before `dividend`; it answers what is asked for. */
async function yahoo(state: { days: number; factor: number }): Promise<ProviderServer> {
  return startProviderServer(({ period1 = '', period2 = '' }) => {
    const days = Array.from({ length: state.days }, (_, number) => number).filter((number) => {
      const seconds = day(number).getTime() / 1_000;
      return seconds >= Number(period1) && seconds < Number(period2);
    });
    const same = (value: number) => days.map(() => value);
    const quote = { open: same(10), high: same(12), low: same(8), close: same(10), volume: same(5) };
    const adjclose = [{ adjclose: days.map((number) => 10 * (number < 5 ? state.factor : 1)) }];
    const timestamp = days.map((number) => day(number).getTime() / 1_000 + 34_200);
    return {
      json: { chart: { result: [{ timestamp, indicators: { quote: [quote], adjclose } }], error: null } },
    };
  });
}

describe('bars from a provider', () => {
  const fetch = (server: ProviderServer, symbol: string, options: object = {}) =>
    service.ingestFromProvider({
      provider: createProvider('yahoo', { baseUrl: server.url }),
      symbol,
      dataSource: 'yahoo',
      from: day(0),
      to: day(30),
      ...options,
    });

  test('fill both series; the next run asks from the last bar on', async () => {
    const state = { days: 4, factor: 1 };
    await using server = await yahoo(state);
    expect(await fetch(server, 'NEXT')).toMatchObject({
      inserted: 8,
      dataSources: ['yahoo', 'yahoo_adjusted'],
      rewritten: false,
    });
    state.days = 6;
    expect(await fetch(server, 'NEXT')).toMatchObject({ inserted: 4, unchanged: 2, asked: { from: day(3) } });
    expect(
      await poolSql(pool).query(
        `SELECT data_source, status, row_count::int, cursor::jsonb AS cursor FROM data_ingestion.ingestion_status WHERE symbol = 'NEXT' ORDER BY 1`,
      ),
    ).toMatchObject([
      {
        status: 'completed',
        row_count: 6,
        cursor: { from: day(0).toISOString(), through: day(5).toISOString() },
      },
      { data_source: 'yahoo_adjusted', row_count: 6 },
    ]);
  });

  test('that the provider has rewritten are fetched again, all of them', async () => {
    const state = { days: 4, factor: 1 };
    await using server = await yahoo(state);
    await fetch(server, 'DIVIDEND');
    state.days = 8;
    state.factor = 0.9;
    const summary = await fetch(server, 'DIVIDEND');
    expect(summary).toMatchObject({ rewritten: true, inserted: 8, updated: 4, asked: { from: day(0) } });
    expect(
      await poolSql(pool).query(
        `SELECT close FROM data_ingestion.market_data WHERE symbol = 'DIVIDEND' AND data_source = 'yahoo_adjusted' ORDER BY "timestamp"`,
      ),
    ).toEqual([9, 9, 9, 9, 9, 10, 10, 10].map((close) => ({ close: close.toFixed(4) })));
  });

  test('of an earlier range than before are asked for whole, and nothing of what is known is lost', async () => {
    await using server = await yahoo({ days: 20, factor: 1 });
    await fetch(server, 'EARLIER', { from: day(10), to: day(12) });
    expect(await fetch(server, 'EARLIER', { from: day(0), to: day(19) })).toMatchObject({
      inserted: 34,
      unchanged: 6,
    });
    expect(await fetch(server, 'EARLIER', { from: day(3), to: day(19) })).toMatchObject({
      asked: null,
      rows: 0,
    });
    expect(await fetch(server, 'EARLIER', { from: day(3), to: day(19), incremental: false })).toMatchObject({
      unchanged: 34,
    });
  });

  test('that fail leave a status that says why, without a key', async () => {
    await using server = await startProviderServer({ status: 403, json: { message: 'not on your plan' } });
    await expect(
      service.ingestFromProvider({
        provider: createProvider('polygon', { key: 'secret-key', baseUrl: server.url }),
        symbol: 'FAILS',
        dataSource: 'polygon',
        from: day(0),
      }),
    ).rejects.toMatchObject({ code: 'PROVIDER.NOT_AUTHORIZED' });
    const [status] = await poolSql(pool).query(
      `SELECT status, error FROM data_ingestion.ingestion_status WHERE symbol = 'FAILS'`,
    );
    expect(status).toEqual({
      status: 'failed',
      error: expect.stringContaining("polygon answered 403 'not on your plan'"),
    });
    expect(JSON.stringify(status)).not.toContain('secret-key');
  });

  test('that are stopped while the provider is silent, or asks to wait, are interrupted and not failed', async () => {
    for (const answer of [
      { silent: true } as const,
      { status: 429, json: {}, headers: { 'retry-after': '60' } },
    ]) {
      await using server = await startProviderServer(answer);
      const stop = new AbortController();
      const fetching = fetch(server, 'STOPPED', { signal: stop.signal });
      await until('a call', () => server.calls.length > 0);
      stop.abort();
      expect(await fetching).toMatchObject({ interrupted: true, rows: 0 });
      expect(
        await poolSql(pool).query(
          `SELECT DISTINCT status FROM data_ingestion.ingestion_status WHERE symbol = 'STOPPED'`,
        ),
      ).toEqual([{ status: 'idle' }]);
    }
  });

  test.each([
    [{ dataSource: 'polygon' }, 'INGESTION.UNSUPPORTED_SERIES'],
    [{ dataSource: 'yahoo_7m' }, 'INGESTION.UNSUPPORTED_SERIES'],
    [{ dataSource: 'yahoo_adjusted_1h' }, 'INGESTION.UNSUPPORTED_SERIES'],
    [{ from: day(9), to: day(1) }, 'INGESTION.INVALID_RANGE'],
    [{ from: new Date('no date') }, 'INGESTION.INVALID_RANGE'],
  ])('asked for by %p are refused', async (options, code) => {
    await using server = await yahoo({ days: 1, factor: 1 });
    await expect(fetch(server, 'REFUSED', options)).rejects.toMatchObject({ code });
    expect(server.calls).toEqual([]);
  });
});
