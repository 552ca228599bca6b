import { partitions } from './partitions';
import type { Benchmark } from './result';

/** Every benchmark, in the order of `trading bench --help`. */
export const BENCHMARKS: readonly Benchmark[] = [partitions];

export type { BenchContext, Benchmark, BenchRatio, BenchResult, BenchRow } from './result';
