import { performance } from 'node:perf_hooks';
import { createIngestionClient } from '@trading/ingestion';
import { type BarServer, startBarServer } from './barServer';
import { type Contender, inTurn } from './inTurn';
import { BARS_A_SYMBOL, DATA_SOURCE, minuteBars, symbolOf } from './minuteBars';
import { findSqlAlchemy, run } from './peers';
import { atLeast, atMost, type BenchContext, type BenchResult, machine, median } from './result';

const WIDE_SYMBOL = 'WIDE';
const WIDE_ROWS = 100_000;
const SMALL_SYMBOLS = 100;
const LARGE_SYMBOLS = 2_000;
const DAYS_READ = 300;

/**
 * 100k bars of one series into columns of floats: BarReader against Prisma's findMany, pg's rows and SQLAlchemy, in
 * milliseconds; and one day of one symbol out of 1M and of 20M rows.
 */
export async function runRead(context: BenchContext): Promise<BenchResult> {
  await using bars = await startBarServer();
  // First, before any peer has filled this process's memory.
  const days = await symbolDays(context, bars);
  await bars.empty();
  context.progress(`loading ${WIDE_ROWS} bars of one series`);
  await loadWide(bars);
  await bars.analyze();
  const python = findSqlAlchemy();
  const contenders: Record<string, Contender> = {
    BarReader: () => timed(async () => (await bars.service.bars.range(WIDE)).prices.close.length),
    'pg rows to columns': () => timed(() => pgColumns(bars)),
    'Prisma findMany': () => timed(() => prismaFindMany(bars)),
    ...(python === undefined ? {} : { 'SQLAlchemy core': () => sqlAlchemy(bars, python) }),
  };
  const ms = await inTurn(context, contenders);
  const reader = ms.BarReader ?? Number.NaN;
  const ratios = [
    atLeast('Prisma findMany / BarReader', ms['Prisma findMany'] ?? Number.NaN, reader, 8),
    atLeast('SQLAlchemy / BarReader', ms['SQLAlchemy core'] ?? Number.NaN, reader, 3),
    atLeast('pg / BarReader', ms['pg rows to columns'] ?? Number.NaN, reader, 1),
    atMost('one symbol-day p50, 20M rows / 1M rows', days.large, days.small, 1.5),
  ];
  return {
    bench: 'read',
    machine: machine(),
    rounds: context.rounds,
    rows: [
      ...Object.entries(ms).map(([name, value]) => ({ name: `${name}, 100k bars`, value, unit: 'ms' })),
      { name: 'one symbol-day p50 at 1M rows', value: days.small, unit: 'ms' },
      { name: 'one symbol-day p50 at 20M rows', value: days.large, unit: 'ms' },
      { name: 'resident memory while loading, at 1M rows', value: days.smallMemory, unit: 'MB' },
      { name: 'resident memory while loading, at 20M rows', value: days.largeMemory, unit: 'MB' },
    ],
    ratios: ratios.filter(({ value }) => !Number.isNaN(value)),
  };
}

const WIDE = { symbol: WIDE_SYMBOL, dataSource: DATA_SOURCE };

async function loadWide({ service }: BarServer): Promise<void> {
  let minute = 0;
  for (const columns of minuteBars({ first: 0, count: WIDE_ROWS / BARS_A_SYMBOL })) {
    // The same prices as one long series.
    columns.series[0] = WIDE;
    for (let row = 0; row < columns.rows; row++)
      columns.timestamp[row] = Date.UTC(2021, 0, 1) + minute++ * 60_000;
    await service.bulkIngest({ source: [columns], origin: 'bench' });
  }
}

async function timed(work: () => Promise<number>): Promise<number> {
  const started = performance.now();
  const rows = await work();
  if (rows !== WIDE_ROWS) throw new RangeError(`read ${rows} bars instead of ${WIDE_ROWS}`);
  return performance.now() - started;
}

async function pgColumns({ pool }: BarServer): Promise<number> {
  const { rows } = await pool.query<{
    timestamp: Date;
    open: string;
    high: string;
    low: string;
    close: string;
    volume: string;
  }>(
    `SELECT "timestamp", open, high, low, close, volume FROM data_ingestion.market_data
      WHERE symbol = $1 AND data_source = $2 ORDER BY "timestamp"`,
    [WIDE_SYMBOL, DATA_SOURCE],
  );
  const column = (value: (row: (typeof rows)[number]) => number) => Float64Array.from(rows, value);
  column((row) => row.timestamp.getTime());
  column((row) => Number(row.open));
  column((row) => Number(row.high));
  column((row) => Number(row.low));
  column((row) => Number(row.volume));
  return column((row) => Number(row.close)).length;
}

async function prismaFindMany({ pool }: BarServer): Promise<number> {
  const rows = await createIngestionClient({ pool }).marketData.findMany({
    where: { symbol: WIDE_SYMBOL, dataSource: DATA_SOURCE },
    orderBy: { timestamp: 'asc' },
    select: { timestamp: true, open: true, high: true, low: true, close: true, volume: true },
  });
  return rows.length;
}

const SQLALCHEMY = `
import sys, time
from sqlalchemy import create_engine, text
engine = create_engine(sys.argv[1].replace('postgres://', 'postgresql://').replace('postgresql://', 'postgresql+psycopg2://'))
with engine.connect() as connection:
    started = time.perf_counter()
    rows = connection.execute(text('SELECT "timestamp", open, high, low, close, volume FROM data_ingestion.market_data '
        'WHERE symbol = :symbol AND data_source = :source ORDER BY "timestamp"'), {'symbol': sys.argv[2], 'source': sys.argv[3]}).fetchall()
    columns = [[float(row[i]) for row in rows] for i in range(1, 6)]
    print((time.perf_counter() - started) * 1000)
`;

async function sqlAlchemy({ server }: BarServer, python: string): Promise<number> {
  let ms = '';
  await run(python, ['-', server.serviceUrl('ingestion'), WIDE_SYMBOL, DATA_SOURCE], {
    input: SQLALCHEMY,
    onOutput: (text) => {
      ms += text;
    },
  });
  return Number(ms);
}

/** One symbol's day out of a small table and out of a large one, and what loading each took in memory. */
async function symbolDays(context: BenchContext, bars: BarServer) {
  const load = async (first: number, count: number) => {
    let peak = 0;
    let loaded = 0;
    await bars.service.bulkIngest({
      source: minuteBars({ first, count }),
      origin: 'bench',
      connections: 2,
      signal: context.signal,
      onProgress: ({ rows }) => {
        peak = Math.max(peak, process.memoryUsage().rss);
        if (rows - loaded < 1_000_000) return;
        loaded = rows;
        context.progress(`loaded ${(rows / 1e6).toFixed(0)}M of ${(count * BARS_A_SYMBOL) / 1e6}M bars`);
      },
    });
    await bars.analyze();
    return peak / 1024 ** 2;
  };
  const p50 = async (symbols: number) => {
    const times: number[] = [];
    for (let read = 0; read < DAYS_READ; read++) {
      const from = new Date(Date.UTC(2020, 0, 1 + (read % 6)));
      const query = {
        symbol: symbolOf((read * 7) % symbols),
        dataSource: DATA_SOURCE,
        from,
        to: new Date(from.getTime() + 86_400_000),
      };
      const started = performance.now();
      await bars.service.bars.range(query);
      times.push(performance.now() - started);
    }
    return median(times);
  };
  const smallMemory = await load(0, SMALL_SYMBOLS);
  await p50(SMALL_SYMBOLS);
  const small = await p50(SMALL_SYMBOLS);
  const largeMemory = await load(SMALL_SYMBOLS, LARGE_SYMBOLS - SMALL_SYMBOLS);
  await p50(LARGE_SYMBOLS);
  const large = await p50(LARGE_SYMBOLS);
  return { small, large, smallMemory, largeMemory };
}
