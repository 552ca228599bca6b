import { measureBusAlone } from './pipeline/busAlone';
import { heldMb, measureBars } from './pipeline/days';
import { measureFloor } from './pipeline/floor';
import { measureLatency } from './pipeline/latency';
import { openPipelineSystem, type PipelineOptions } from './pipeline/pipelineSystem';
import {
  atLeast,
  atMost,
  type BenchContext,
  type BenchRatio,
  type BenchResult,
  type BenchRow,
  machine,
  median,
  percentile,
} from './result';

/** Symbols of a day, unless others are named. */
const SYMBOLS = [1, 25, 100, 500, 1_000];
/** Bars of each size in a round, unless another number is named. */
const BARS = 10;
/** A year of days, for memory; unless a number of bars is named. */
const YEAR = 252;
const LATENCY_SYMBOLS = [1, 10, 100];

/** What rounds of one size came to. */
interface Size {
  readonly options: PipelineOptions;
  readonly quietMs: number[];
  readonly perSecond: number[];
  readonly busPerSecond: number[];
  readonly floorMs: number[];
}

/**
 * All seven services, from the ingest of a bar of every symbol until nothing is left to do: beside it the bus alone with
 * the same events, and one script that writes the same rows. Each size has a server of its own in each round. That all
 * rows are there is checked after each.
 */
export async function runPipeline(context: BenchContext): Promise<BenchResult> {
  const { rounds, progress, signal } = context;
  const bars = context.bars ?? BARS;
  const symbols = context.symbols ?? SYMBOLS;
  const largest = Math.max(...symbols.filter((count) => count <= 500), 1);
  const sizes = new Map<string, Size>();
  const size = (name: string, options: PipelineOptions) =>
    sizes.set(name, { options, quietMs: [], perSecond: [], busPerSecond: [], floorMs: [] });
  for (const count of symbols) size(dayOf(count), { symbols: count, length: 'day' });
  size(minuteOf(largest), { symbols: largest, length: 'minute' });
  size(redisOf(largest), { symbols: largest, length: 'day', redis: true });
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, measured] of sizes) {
      progress(`round ${round} of ${rounds}: ${name}`);
      await measure(measured, bars, signal);
    }
  }
  const latencies = new Map<number, { placed: number[]; filled: number[] }>();
  for (const count of LATENCY_SYMBOLS.filter((each) => each <= Math.max(...symbols))) {
    const all = { placed: [] as number[], filled: [] as number[] };
    latencies.set(count, all);
    for (let round = 1; round <= rounds; round += 1) {
      progress(`round ${round} of ${rounds}: latency of ${count} symbols`);
      const { placed, filled } = await measureLatency(count, bars, signal);
      all.placed.push(...placed);
      all.filled.push(...filled);
    }
  }
  progress('memory');
  const memory = await measureMemory(context.bars ?? YEAR, Math.min(25, largest), signal);
  return {
    bench: 'pipeline',
    machine: machine(),
    rounds,
    rows: [
      ...[...sizes].flatMap(([name, measured]) => rowsOf(name, measured)),
      ...[...latencies].flatMap(([count, all]) => latencyRows(count, all)),
      { name: 'memory held after a tenth of the bars', value: memory.early, unit: 'MB' },
      { name: `memory held after ${context.bars ?? YEAR} bars`, value: memory.late, unit: 'MB' },
    ],
    ratios: [
      ...ratiosOf(sizes, latencies, largest),
      atMost('memory, late / early', memory.late, memory.early, 1.1),
    ],
  };
}

const dayOf = (symbols: number) => `a day of ${symbols} symbols`;
const minuteOf = (symbols: number) => `a minute of ${symbols} symbols`;
const redisOf = (symbols: number) => `${dayOf(symbols)}, announced on Redis`;

async function measure(size: Size, bars: number, signal: AbortSignal): Promise<void> {
  await using pipeline = await openPipelineSystem(size.options);
  // The first bars find nothing prepared and nothing held.
  await measureBars(pipeline, Math.min(bars, 3), signal);
  const { quietMs, deliveries, totalMs } = await measureBars(pipeline, bars, signal);
  size.quietMs.push(quietMs);
  size.perSecond.push(deliveries / (totalMs / 1_000));
  size.floorMs.push(await measureFloor(pipeline, 3));
  size.busPerSecond.push(await measureBusAlone(pipeline));
}

async function measureMemory(
  bars: number,
  symbols: number,
  signal: AbortSignal,
): Promise<{ early: number; late: number }> {
  await using pipeline = await openPipelineSystem({ symbols, length: 'day' });
  const tenth = Math.ceil(bars / 10);
  await measureBars(pipeline, tenth, signal);
  const early = heldMb();
  await measureBars(pipeline, bars - tenth, signal);
  return { early, late: heldMb() };
}

function rowsOf(name: string, { quietMs, perSecond, busPerSecond, floorMs }: Size): BenchRow[] {
  return [
    { name: `${name}: until quiet`, value: median(quietMs), unit: 'ms' },
    { name: `${name}: the same rows by one script`, value: median(floorMs), unit: 'ms' },
    { name: `${name}: all services`, value: median(perSecond), unit: 'deliveries/s' },
    { name: `${name}: the bus alone`, value: median(busPerSecond), unit: 'deliveries/s' },
  ];
}

function latencyRows(
  symbols: number,
  { placed, filled }: { readonly placed: readonly number[]; readonly filled: readonly number[] },
): BenchRow[] {
  const of = (name: string, values: readonly number[]) =>
    [0.5, 0.99].map((part) => ({
      name: `${symbols} symbols, ${name}, p${part * 100}`,
      value: percentile(values, part),
      unit: 'ms',
    }));
  return [...of('bar to order', placed), ...of('next bar to fill', filled)];
}

function ratiosOf(
  sizes: ReadonlyMap<string, Size>,
  latencies: ReadonlyMap<number, { readonly placed: readonly number[] }>,
  largest: number,
): BenchRatio[] {
  const quiet = (name: string) => {
    const size = sizes.get(name);
    return size === undefined ? undefined : median(size.quietMs);
  };
  const [one, hundred, thousand] = [1, 100, 1_000].map((count) => quiet(dayOf(count)));
  const ratios: BenchRatio[] = [];
  if (one !== undefined) ratios.push(atLeast('days of one symbol a second', 1_000, one, 200));
  if (hundred !== undefined && thousand !== undefined)
    ratios.push(atMost('a symbol and day, of 1000 / of 100', thousand / 10, hundred, 1.2));
  if (largest === 500) {
    ratios.push(atMost('a day of 500 symbols, seconds', quiet(dayOf(500)) ?? Number.NaN, 1_000, 0.7));
    ratios.push(atMost('a minute of 500 symbols, seconds', quiet(minuteOf(500)) ?? Number.NaN, 1_000, 0.7));
    const { floorMs = [], quietMs = [] } = sizes.get(dayOf(500)) ?? {};
    ratios.push(atLeast('a day of 500 symbols: one script / ours', median(floorMs), median(quietMs), 0.4));
  }
  const single = latencies.get(1);
  if (single !== undefined)
    ratios.push(atMost('bar to order of one symbol, p50, ms', percentile(single.placed, 0.5), 1, 15));
  return ratios;
}
