import { performance } from 'node:perf_hooks';
import { startTestServer } from '@trading/testing';
import { Client } from 'pg';
import { inTurn } from './inTurn';
import { type BenchContext, type BenchResult, machine, median } from './result';

const FIRST_YEAR = 2000;
const LAST_YEAR = 2025;
const SYMBOLS = 50;
const QUERIES = 100;

/** How `market_data` could be cut: what one partition holds, in months. */
const LAYOUTS = { yearly: 12, monthly: 1 } as const;
type Layout = keyof typeof LAYOUTS;

/** The queries that the services make, by what they are for. $1 is a symbol. */
const QUERIES_OF = {
  'one day': `SELECT * FROM {t} WHERE symbol = $1 AND data_source = 'yahoo' AND "timestamp" >= '2018-06-04Z' AND "timestamp" < '2018-06-05Z'`,
  'last 200 bars': `SELECT * FROM {t} WHERE symbol = $1 AND data_source = 'yahoo' ORDER BY "timestamp" DESC LIMIT 200`,
  'whole history': `SELECT * FROM {t} WHERE symbol = $1 AND data_source = 'yahoo' ORDER BY "timestamp"`,
  'store one bar again': `INSERT INTO {t} (symbol, "timestamp", open, high, low, close, volume, data_source)
    VALUES ($1, '2018-06-04Z', 1, 1, 1, 1, 1, 'yahoo') ON CONFLICT (symbol, "timestamp", data_source) DO NOTHING`,
} as const;
type QueryName = keyof typeof QUERIES_OF;

/**
 * Yearly or monthly partitions of `market_data`? 26 years of daily bars in both layouts, and the queries that the
 * services make. Decided docs/decisions/0002-yearly-partitions.md.
 */
export async function runPartitions(context: BenchContext): Promise<BenchResult> {
  await using server = await startTestServer({ durable: true });
  const client = new Client({ connectionString: server.adminUrl });
  await client.connect();
  try {
    for (const layout of Object.keys(LAYOUTS) as Layout[]) {
      context.progress(`loading ${SYMBOLS} symbols, ${FIRST_YEAR} to ${LAST_YEAR}, ${layout}`);
      await load(client, layout);
    }
    const contenders: Record<string, () => Promise<number>> = {};
    for (const query of Object.keys(QUERIES_OF) as QueryName[]) {
      for (const layout of Object.keys(LAYOUTS) as Layout[]) {
        contenders[`${query}, ${layout}`] = () => medianMs(client, QUERIES_OF[query].replace('{t}', layout));
      }
    }
    const measured = await inTurn(context, contenders);
    return {
      bench: 'partitions',
      machine: machine(),
      rounds: context.rounds,
      rows: Object.entries(measured).map(([name, value]) => ({ name, value, unit: 'ms' })),
      ratios: (Object.keys(QUERIES_OF) as QueryName[]).map((query) => ({
        name: `${query}: monthly / yearly`,
        value: (measured[`${query}, monthly`] ?? Number.NaN) / (measured[`${query}, yearly`] ?? Number.NaN),
        goal: null,
        met: null,
      })),
    };
  } finally {
    await client.end();
  }
}

async function load(client: Client, layout: Layout): Promise<void> {
  await client.query(`
    CREATE TABLE ${layout} (
      id bigserial, symbol varchar(20) NOT NULL, "timestamp" timestamptz NOT NULL, open numeric(15,4) NOT NULL,
      high numeric(15,4) NOT NULL, low numeric(15,4) NOT NULL, close numeric(15,4) NOT NULL, volume bigint NOT NULL,
      created_at timestamptz DEFAULT now(), data_source varchar(20) NOT NULL,
      UNIQUE (symbol, "timestamp", data_source)) PARTITION BY RANGE ("timestamp")`);
  const months = (LAST_YEAR - FIRST_YEAR + 1) * 12;
  for (let month = 0; month < months; month += LAYOUTS[layout]) {
    const from = new Date(Date.UTC(FIRST_YEAR, month, 1)).toISOString();
    const to = new Date(Date.UTC(FIRST_YEAR, month + LAYOUTS[layout], 1)).toISOString();
    await client.query(
      `CREATE TABLE ${layout}_${month} PARTITION OF ${layout} FOR VALUES FROM ('${from}') TO ('${to}')`,
    );
  }
  await client.query(`
    INSERT INTO ${layout} (symbol, "timestamp", open, high, low, close, volume, data_source)
    SELECT 'S' || s, d, 10, 11, 9, 10.5, 1000, 'yahoo'
      FROM generate_series('${FIRST_YEAR}-01-03Z'::timestamptz, '${LAST_YEAR}-12-31Z', '1 day') d, generate_series(1, ${SYMBOLS}) s
     WHERE extract(isodow FROM d) < 6`);
  await client.query(`ANALYZE ${layout}`);
}

/** Median time of one query, planning included, in milliseconds. */
async function medianMs(client: Client, text: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < QUERIES; i++) {
    const started = performance.now();
    await client.query(text, [`S${(i % SYMBOLS) + 1}`]);
    times.push(performance.now() - started);
  }
  return median(times);
}
