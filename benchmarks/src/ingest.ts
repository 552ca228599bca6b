import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { finished } from 'node:stream/promises';
import { ticksToText } from '@trading/database';
import { type ColumnsBuilder, createIngestionClient } from '@trading/ingestion';
import { type BarServer, startBarServer } from './barServer';
import { type Contender, figuresInTurn, medianRatio, mediansOf } from './inTurn';
import { BARS_A_SYMBOL, minuteBars } from './minuteBars';
import { canRun, findSqlAlchemy, run } from './peers';
import { atLeast, type BenchContext, type BenchRatio, type BenchResult, machine } from './result';

const SYMBOLS = 100;
const ROWS = SYMBOLS * BARS_A_SYMBOL;
/** Slower peers load fewer: it is a rate that is compared. */
const PRISMA_ROWS = 20_000;
const SQLALCHEMY_ROWS = 100_000;
const ALL = { first: 0, count: SYMBOLS };
const CORRECTED = { first: 0, count: 10 };
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
    // Made before, as psql's file and the peers' rows are.
    const source = [...minuteBars(ALL)];
    const psql = canRun('psql', ['--version']);
    // In the order that they are compared in: what is held against each other is measured in the same minute.
    const contenders: Record<string, Contender> = {
      ...(psql ? { 'psql \\copy': () => psqlCopy(bars, csv) } : {}),
      'bulk ingest': () => fresh(bars, source, 1),
      'bulk ingest, 2 connections': () => fresh(bars, source, 2),
      'bulk ingest, all duplicates': () => again(bars, source),
      'bulk ingest, 10 % late duplicates': () => late(bars, source),
      'bulk ingest, whole series corrected': () => corrected(bars),
      'Prisma createMany': () => prismaCreateMany(bars),
      ...(python === undefined ? {} : { 'SQLAlchemy executemany': () => sqlAlchemy(bars, python, csv) }),
      ...(psql
        ? {
            'psql \\copy, no id column': () => psqlCopyBare(bars, csv, 'no_id'),
            'psql \\copy, no id column and no CHECKs': () => psqlCopyBare(bars, csv, 'no_id_no_checks'),
          }
        : {}),
    };
    const figures = await figuresInTurn(context, contenders);
    const rate = mediansOf(figures);
    const over = (one: string, other: string) => medianRatio(figures[one] ?? [], figures[other] ?? []);
    const ratios: BenchRatio[] = [
      atLeast('bulk ingest / psql \\copy', over('bulk ingest', 'psql \\copy'), 1, 1),
      atLeast(
        'bulk ingest on 2 connections / psql \\copy',
        over('bulk ingest, 2 connections', 'psql \\copy'),
        1,
        1.3,
      ),
      atLeast('bulk ingest / Prisma createMany', over('bulk ingest', 'Prisma createMany'), 1, 40),
      atLeast('bulk ingest / SQLAlchemy', over('bulk ingest', 'SQLAlchemy executemany'), 1, 5),
      atLeast('all duplicates / fresh', over('bulk ingest, all duplicates', 'bulk ingest'), 1, 3),
      atLeast(
        '10 % late duplicates / fresh',
        over('bulk ingest, 10 % late duplicates', 'bulk ingest'),
        1,
        0.9,
      ),
      informs('whole series corrected / fresh', over('bulk ingest, whole series corrected', 'bulk ingest')),
      informs(
        'what the id column costs: psql without it / with it',
        over('psql \\copy, no id column', 'psql \\copy'),
      ),
      informs(
        'what the CHECKs cost: psql without them / with them',
        over('psql \\copy, no id column and no CHECKs', 'psql \\copy, no id column'),
      ),
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

async function fresh(
  { service, empty }: BarServer,
  source: readonly ColumnsBuilder[],
  connections: number,
): Promise<number> {
  await empty();
  const { rows, elapsedMs } = await service.bulkIngest({ source, origin: 'bench', connections });
  return rows / (elapsedMs / 1_000);
}

/** Loads all bars where all of them are: what the contender before it left. */
async function again({ service }: BarServer, source: readonly ColumnsBuilder[]): Promise<number> {
  const { rows, unchanged, elapsedMs } = await service.bulkIngest({ source, origin: 'bench' });
  if (unchanged !== ROWS) throw new RangeError(`${unchanged} of ${ROWS} bars were there already`);
  return rows / (elapsedMs / 1_000);
}

/** Loads all bars where each tenth is there already. */
async function late({ service, empty }: BarServer, source: readonly ColumnsBuilder[]): Promise<number> {
  await empty();
  await service.bulkIngest({ source: minuteBars(ALL, { every: 10 }), origin: 'bench' });
  const { rows, elapsedMs } = await service.bulkIngest({ source, origin: 'bench' });
  return rows / (elapsedMs / 1_000);
}

/** Corrects every bar of ten series, as after a dividend: the contender before it left them with other prices. */
async function corrected({ service }: BarServer): Promise<number> {
  const source = [...minuteBars(CORRECTED, { ticks: 100 })];
  const { rows, updated, elapsedMs } = await service.bulkIngest({ source, origin: 'bench' });
  if (updated !== rows) throw new RangeError(`${updated} of ${rows} bars were corrected`);
  return rows / (elapsedMs / 1_000);
}

/** A ratio that has no goal. */
function informs(name: string, value: number): BenchRatio {
  return { name, value, goal: null, met: null };
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
