import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServicePool } from '@trading/database';
import { withConnection } from '@trading/local';
import { createTestDatabase, PATIENCE_MS, type TestDatabase, until } from '@trading/testing';
import { createIngestionService } from '../src';
import type { Death } from './ingestProcess';
import { type Answer, startProviderServer } from './providerServer';
import { spawnTypescript } from './spawnTypescript';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

interface Point {
  readonly commits: number;
  readonly death: Death;
}

/** Runs the process, which dies at the point; whether it had ended by itself. */
async function runAndKill(
  mode: string,
  subject: string,
  { commits, death }: Point,
): Promise<'done' | 'killed'> {
  const url = database.serviceUrl('ingestion');
  const child = spawnTypescript('ingestProcess.ts', url, mode, subject, String(commits), death);
  const [code, signal] = await once(child, 'exit');
  if (signal === 'SIGKILL') return 'killed';
  expect(code).toBe(0);
  return 'done';
}

const figures = (symbol: string) =>
  withConnection(database.adminUrl, async (client) => {
    const { rows } = await client.query<{
      bars: number;
      starts: number;
      told: number;
      counted: number;
      locks: number;
    }>(
      `SELECT (SELECT count(*)::int FROM data_ingestion.market_data WHERE symbol = $1) AS bars,
              (SELECT count(DISTINCT "timestamp")::int FROM data_ingestion.market_data WHERE symbol = $1) AS starts,
              (SELECT coalesce(sum((data->>'inserted')::int), 0)::int FROM event_bus.outbox WHERE key = $1) AS told,
              (SELECT coalesce(sum(row_count), 0)::int FROM data_ingestion.ingestion_status WHERE symbol = $1) AS counted`,
      [symbol],
    );
    return rows[0];
  });

/** A small generator: the points at which to kill differ, and are the same in each run of the test. */
function* points(seed: number): Generator<Point> {
  const deaths = ['after a commit', 'before a commit', 'in a commit'] as const;
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    yield { commits: 1 + ((state >> 8) % 6), death: deaths[(state >> 16) % 3] ?? 'after a commit' };
  }
}

/** What is said of a symbol once the server has noticed that nobody ingests it. */
async function statusAfterwards(symbol: string): Promise<string> {
  await using pool = createServicePool({
    url: database.serviceUrl('ingestion'),
    service: 'ingestion',
    waitMs: PATIENCE_MS,
  });
  const service = createIngestionService({ pool });
  return until('nobody to ingest it', async () => {
    const [series] = await service.status(symbol);
    return series?.status !== 'running' && series?.status;
  });
}

/** Runs and kills until a run gets to its end; after each, everything that is written agrees. */
async function untilDone(mode: string, subject: string, symbol: string, seed: number): Promise<number> {
  let kills = 0;
  for (const point of points(seed)) {
    const how = await runAndKill(mode, subject, point);
    const seen = await figures(symbol);
    expect(seen).toEqual({ bars: seen?.bars, starts: seen?.bars, told: seen?.bars, counted: seen?.bars });
    const status = await statusAfterwards(symbol);
    if (how === 'done') {
      expect(status).toBe('completed');
      break;
    }
    expect(status).toBe('interrupted');
    kills += 1;
  }
  return kills;
}

describe('an ingestion that is killed with SIGKILL', () => {
  test('in bulk goes on, again and again, with nothing missing and nothing doubled', async () => {
    const kills = await untilDone('bulk', '750', 'BULK', 7);
    expect(kills).toBeGreaterThan(1);
    expect(await figures('BULK')).toMatchObject({ bars: 750, told: 750 });
  });

  test('from a provider goes on at the page where it was', async () => {
    const days = Array.from({ length: 160 }, (_, day) => Date.UTC(2020, 0, 2 + day, 5));
    const page = ({ cursor = '0' }: Record<string, string>): Answer => {
      const start = Number(cursor);
      return {
        json: {
          status: 'OK',
          results: days.slice(start, start + 20).map((t) => ({ t, o: 10, h: 12, l: 9, c: 11, v: 100 })),
          ...(start + 20 < days.length
            ? { next_url: `${server.url}/v2/aggs/ticker/next?cursor=${start + 20}` }
            : {}),
        },
      };
    };
    await using server = await startProviderServer(page);
    const from: string[] = [];
    // The range is in the path: a run that goes on asks from where the one before it got to.
    server.answers = [
      (query) => {
        const path = server.calls.at(-1)?.path ?? '';
        const asked = /range\/1\/day\/(\d+)\//.exec(path)?.[1];
        if (asked === undefined) return page(query);
        from.push(asked);
        return page({ cursor: String(days.findIndex((day) => day >= Number(asked))) });
      },
    ];
    const kills = await untilDone('provider', server.url, 'PAGED', 3);
    expect(kills).toBeGreaterThan(1);
    expect(await figures('PAGED')).toMatchObject({ bars: 160, told: 160 });
    expect([...from].sort()).toEqual(from);
    expect(new Set(from).size).toBe(from.length);
  });
});
