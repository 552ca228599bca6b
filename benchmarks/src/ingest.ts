import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { finished } from 'node:stream/promises';
import { ticksToText } from '@trading/database';
import { createIngestionClient } from '@trading/ingestion';
import { type BarServer, startBarServer } from './barServer';
import { type Contender, inTurn } from './inTurn';
import { BARS_A_SYMBOL, minuteBars } from './minuteBars';
import { canRun, findSqlAlchemy, run } from './peers';
import { atLeast, type BenchContext, type BenchRatio, type BenchResult, machine } from './result';

const SYMBOLS = 100;
const ROWS = SYMBOLS * BARS_A_SYMBOL;
/** Slower peers load fewer: it is a rate that is compared. */
const PRISMA_ROWS = 20_000;
const SQLALCHEMY_ROWS = 100_000;
const ALL = { first: 0, count: SYMBOLS };
const COLUMNS = 'symbol, "timestamp", data_source, open, high, low, close, volume';

/**
 * 1M bars into the full schema with its CHECKs, keys and partitions: bulk ingest with validation, status and events
 * against psql's \copy of the bare rows, Prisma's createMany and SQLAlchemy, in rows a second.
 */
export async function runIngest(context: BenchContext): Promise<BenchResult> {
  await using bars = await startBarServer();
  const folder = await mkdtemp(join(tmpdir(), 'trading-bench-'));
  try {
    const csv = join(folder, 'bars.csv');
    context.progress('writing the CSV file for psql');
    await writeCsv(csv);
    const python = findSqlAlchemy();
    const contenders: Record<string, Contender> = {
      ...(canRun('psql', ['--version'])
        ? {
            'psql \\copy': () => psqlCopy(bars, csv),
            'psql \\copy, no id column': () => psqlCopyBare(bars, csv, 'no_id'),
            'psql \\copy, no id column and no CHECKs': () => psqlCopyBare(bars, csv, 'no_id_no_checks'),
          }
        : {}),
      'bulk ingest': () => fresh(bars, 1),
      'bulk ingest, 2 connections': () => fresh(bars, 2),
      'bulk ingest, all duplicates': () => again(bars, 1),
      'bulk ingest, 10 % late duplicates': () => again(bars, 10),
      'Prisma createMany': () => prismaCreateMany(bars),
      ...(python === undefined ? {} : { 'SQLAlchemy executemany': () => sqlAlchemy(bars, python, csv) }),
    };
    const rate = await inTurn(context, contenders);
    const of = (name: string) => rate[name] ?? Number.NaN;
    const bulk = of('bulk ingest');
    const ratios = [
      atLeast('bulk ingest / psql \\copy', bulk, of('psql \\copy'), 1),
      atLeast(
        'bulk ingest on 2 connections / psql \\copy',
        of('bulk ingest, 2 connections'),
        of('psql \\copy'),
        1.3,
      ),
      atLeast('bulk ingest / Prisma createMany', bulk, of('Prisma createMany'), 40),
      atLeast('bulk ingest / SQLAlchemy', bulk, of('SQLAlchemy executemany'), 5),
      atLeast('all duplicates / fresh', of('bulk ingest, all duplicates'), bulk, 3),
      informs(
        'what the id column costs: psql without it / with it',
        of('psql \\copy, no id column'),
        of('psql \\copy'),
      ),
      atLeast('10 % late duplicates / fresh', of('bulk ingest, 10 % late duplicates'), bulk, 0.9),
    ];
    return {
      bench: 'ingest',
      machine: machine(),
      rounds: context.rounds,
      rows: Object.entries(rate).map(([name, value]) => ({ name, value, unit: 'rows/s' })),
      // A peer that is not on this machine has no ratio.
      ratios: ratios.filter(({ value }) => !Number.isNaN(value)),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function fresh({ service, empty }: BarServer, connections: number): Promise<number> {
  await empty();
  const { rows, elapsedMs } = await service.bulkIngest({
    source: minuteBars(ALL),
    origin: 'bench',
    connections,
  });
  return rows / (elapsedMs / 1_000);
}

/** Loads all bars where each `every`-th is there already: all of them for 1. */
async function again({ service, empty }: BarServer, every: number): Promise<number> {
  await empty();
  await service.bulkIngest({ source: minuteBars(ALL, { every }), origin: 'bench' });
  const { rows, elapsedMs } = await service.bulkIngest({ source: minuteBars(ALL), origin: 'bench' });
  return rows / (elapsedMs / 1_000);
}

/** A ratio that has no goal. */
function informs(name: string, numerator: number, denominator: number): BenchRatio {
  return { name, value: numerator / denominator, goal: null, met: null };
}

/** What the schema itself costs: the same rows into the same partitioned table without some of it. */
async function psqlCopyBare(bars: BarServer, csv: string, table: string): Promise<number> {
  const checks = table === 'no_id' ? ' INCLUDING CONSTRAINTS' : '';
  await bars.asAdmin(
    `DROP TABLE IF EXISTS public.${table}`,
    `CREATE TABLE public.${table} (LIKE data_ingestion.market_data INCLUDING DEFAULTS${checks}) PARTITION BY RANGE ("timestamp")`,
    `ALTER TABLE public.${table} DROP COLUMN id, ADD UNIQUE (symbol, "timestamp", data_source)`,
    `CREATE TABLE public.${table}_2020 PARTITION OF public.${table} FOR VALUES FROM ('2020-01-01Z') TO ('2021-01-01Z')`,
    'CHECKPOINT',
  );
  const copy = `\\copy public.${table} (${COLUMNS}) FROM '${csv}' (FORMAT csv)`;
  return ROWS / (await run('psql', ['-qX', '-v', 'ON_ERROR_STOP=1', bars.adminUrl, '-c', copy]));
}

async function psqlCopy({ server, empty }: BarServer, csv: string): Promise<number> {
  await empty();
  const copy = `\\copy data_ingestion.market_data (${COLUMNS}) FROM '${csv}' (FORMAT csv)`;
  return (
    ROWS / (await run('psql', ['-qX', '-v', 'ON_ERROR_STOP=1', server.serviceUrl('ingestion'), '-c', copy]))
  );
}

async function prismaCreateMany({ pool, empty }: BarServer): Promise<number> {
  await empty();
  const client = createIngestionClient({ pool });
  const data = [...minuteBars({ first: 0, count: PRISMA_ROWS / BARS_A_SYMBOL })].flatMap((columns) =>
    Array.from({ length: columns.rows }, (_, row) => ({
      symbol: columns.series[0]?.symbol ?? '',
      dataSource: columns.series[0]?.dataSource ?? '',
      timestamp: new Date(columns.timestamp[row] ?? 0),
      open: ticksToText(columns.open[row] ?? 0),
      high: ticksToText(columns.high[row] ?? 0),
      low: ticksToText(columns.low[row] ?? 0),
      close: ticksToText(columns.close[row] ?? 0),
      volume: columns.volume[row] ?? 0n,
    })),
  );
  const started = performance.now();
  for (let start = 0; start < data.length; start += 1_000) {
    await client.marketData.createMany({ data: data.slice(start, start + 1_000), skipDuplicates: true });
  }
  return data.length / ((performance.now() - started) / 1_000);
}

const SQLALCHEMY = `
import csv, itertools, sys, time
from sqlalchemy import create_engine, table, column
url, path, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
names = ['symbol', 'timestamp', 'data_source', 'open', 'high', 'low', 'close', 'volume']
with open(path) as file:
    data = [dict(zip(names, row)) for row in itertools.islice(csv.reader(file), rows)]
market_data = table('market_data', *[column(name) for name in names], schema='data_ingestion')
engine = create_engine(url.replace('postgres://', 'postgresql://').replace('postgresql://', 'postgresql+psycopg2://'))
with engine.begin() as connection:
    started = time.perf_counter()
    connection.execute(market_data.insert(), data)
print(time.perf_counter() - started)
`;

async function sqlAlchemy({ server, empty }: BarServer, python: string, csv: string): Promise<number> {
  await empty();
  let seconds = '';
  await run(python, ['-', server.serviceUrl('ingestion'), csv, String(SQLALCHEMY_ROWS)], {
    input: SQLALCHEMY,
    onOutput: (text) => {
      seconds += text;
    },
  });
  return SQLALCHEMY_ROWS / Number(seconds);
}

async function writeCsv(path: string): Promise<void> {
  const file = createWriteStream(path);
  for (const columns of minuteBars(ALL)) {
    const [series] = columns.series;
    let text = '';
    for (let row = 0; row < columns.rows; row++) {
      const price = (column: Float64Array) => ticksToText(column[row] ?? 0);
      text +=
        `${series?.symbol},${new Date(columns.timestamp[row] ?? 0).toISOString()},${series?.dataSource},` +
        `${price(columns.open)},${price(columns.high)},${price(columns.low)},${price(columns.close)},${columns.volume[row]}\n`;
    }
    if (!file.write(text)) await new Promise<void>((resolve) => file.once('drain', () => resolve()));
  }
  file.end();
  await finished(file);
}
