import { describe, expect, test } from '@jest/globals';
import { poolSql } from '@trading/database';
import { createPublisher } from '@trading/event-bus';
import { createIngestionService, type StoredChunk } from '../src';
import {
  AAPL,
  bars,
  csv,
  events,
  HEADER,
  pool,
  rows,
  service,
  status,
  symbol,
  useCsvFolder,
  YAHOO,
} from './csvIngestion';

useCsvFolder();

describe('chunks', () => {
  test('are one transaction each, in which both series share a correlation id', async () => {
    const path = await csv(HEADER, '2013-05-13,4,8,2,4,2,100', '2013-05-14,4,8,2,5,2.5,200');
    const chunks: StoredChunk[] = [];

    await service.ingestFile({
      ...YAHOO,
      path,
      symbol,
      chunkRows: 1,
      afterChunk: async (chunk) => {
        chunks.push(chunk);
        expect(await events()).toHaveLength(chunks.length * 2);
      },
    });

    expect(chunks.map(({ changes }) => changes[0]?.first.toISOString())).toEqual([
      '2013-05-13T04:00:00.000Z',
      '2013-05-14T04:00:00.000Z',
    ]);
    expect(
      await rows(`SELECT xid IS NOT NULL AS published, count(*)::int AS events, count(DISTINCT correlation_id)::int AS chains
                    FROM event_bus.outbox WHERE key = $1 GROUP BY xid`),
    ).toEqual([
      { published: true, events: 2, chains: 1 },
      { published: true, events: 2, chains: 1 },
    ]);
  });

  test('leave nothing of themselves behind when publishing fails', async () => {
    const real = createPublisher({ service: 'ingestion' });
    let left = 1;
    const failing = createIngestionService({
      pool,
      publisher: {
        publishAll: async (sql, requests) => {
          await real.publishAll(sql, requests);
          left -= 1;
          if (left < 0) throw new RangeError('the bus is gone');
        },
      },
    });
    const path = await csv(HEADER, '2013-05-13,4,8,2,4,2,100', '2013-05-14,4,8,2,5,2.5,200');

    await expect(failing.ingestFile({ ...YAHOO, path, symbol, chunkRows: 1 })).rejects.toThrow(
      'the bus is gone',
    );

    expect(await bars()).toHaveLength(2);
    expect(await events()).toHaveLength(2);
    expect(await status()).toMatchObject([
      { status: 'failed', error: 'the bus is gone', last_bar: '2013-05-13', row_count: 1 },
      { status: 'failed' },
    ]);
    // And the next run finishes what is missing.
    expect(await service.ingestFile({ ...YAHOO, path, symbol })).toMatchObject({ inserted: 2, unchanged: 2 });
  });

  test('end where the signal says, with what was stored kept', async () => {
    const path = await csv(HEADER, '2013-05-13,4,8,2,4,2,100', '2013-05-14,4,8,2,5,2.5,200');
    const stop = new AbortController();

    const summary = await service.ingestFile({
      ...YAHOO,
      path,
      symbol,
      chunkRows: 1,
      signal: stop.signal,
      afterChunk: async () => stop.abort(),
    });

    expect(summary).toMatchObject({ interrupted: true, inserted: 2 });
    expect(await status()).toMatchObject([{ status: 'idle', row_count: 1 }, { status: 'idle' }]);
  });

  test.each([0, -1, 1.5, 1_000_001])('of %p rows are refused', async (chunkRows) => {
    await expect(service.ingestFile({ ...YAHOO, path: AAPL, symbol, chunkRows })).rejects.toMatchObject({
      code: 'INGESTION.INVALID_CHUNK',
    });
  });
});

describe('one writer a series', () => {
  test('a second run while one is going is refused at once; after it, it goes', async () => {
    const path = await csv(HEADER, '2013-05-13,4,8,2,4,2,100', '2013-05-14,4,8,2,5,2.5,200');
    await service.ingestFile({
      ...YAHOO,
      path,
      symbol,
      chunkRows: 1,
      afterChunk: async () => {
        await expect(service.ingestFile({ ...YAHOO, path, symbol })).rejects.toMatchObject({
          code: 'INGESTION.ALREADY_RUNNING',
          message: `${symbol} from yahoo is being ingested by another run; wait for it to end`,
        });
      },
    });
    expect(await status()).toMatchObject([{ status: 'completed' }, { status: 'completed' }]);
    expect(await service.ingestFile({ ...YAHOO, path, symbol })).toMatchObject({ unchanged: 4 });
  });

  test('a writer whose connection is cut stores nothing more, and the series is free again', async () => {
    const path = await csv(HEADER, '2013-05-13,4,8,2,4,2,100', '2013-05-14,4,8,2,5,2.5,200');
    await expect(
      service.ingestFile({
        ...YAHOO,
        path,
        symbol,
        chunkRows: 1,
        afterChunk: async () => {
          // Waits until it is gone, and its locks with it.
          await poolSql(pool).query(`SELECT pg_terminate_backend(pid, 120_000) FROM pg_locks
            WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
        },
      }),
    ).rejects.toMatchObject({ code: 'DATABASE.UNAVAILABLE' });
    expect(await service.ingestFile({ ...YAHOO, path, symbol })).toMatchObject({ inserted: 2, unchanged: 2 });
  });
});
