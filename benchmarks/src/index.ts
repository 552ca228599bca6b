import { inOwnRun } from '@trading/testing';
import type { BenchContext, Benchmark, BenchResult } from './result';

/** Every benchmark, in the order of `trading bench --help`; its code is loaded when it is run. */
export const BENCHMARKS: readonly Benchmark[] = [
  {
    name: 'partitions',
    summary: 'yearly against monthly partitions of market_data, for the queries that the services make',
    defaultRounds: 5,
    run: async (context) => (await import('./partitions')).runPartitions(context),
  },
];

/** Runs a benchmark on servers of its own, which end with it. */
export function runBenchmark(benchmark: Benchmark, context: BenchContext): Promise<BenchResult> {
  return inOwnRun(() => benchmark.run(context));
}

export type { BenchContext, Benchmark, BenchRatio, BenchResult, BenchRow } from './result';
