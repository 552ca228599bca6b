import { cpus, totalmem } from 'node:os';

/** One measured figure: the median over all rounds. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  /** `rows/s`, `ms`, `MB`, ... */
  readonly unit: string;
}

/** One figure over another, with what it was meant to reach. */
export interface BenchRatio {
  readonly name: string;
  readonly value: number;
  /** At least this, or at most this where `atMost` says so; null where the ratio only informs. */
  readonly goal: number | null;
  readonly met: boolean | null;
}

/** What every benchmark prints with `--json`. */
export interface BenchResult {
  readonly bench: string;
  readonly machine: string;
  readonly rounds: number;
  readonly rows: readonly BenchRow[];
  readonly ratios: readonly BenchRatio[];
}

/** What the command line hands to a benchmark. */
export interface BenchContext {
  readonly rounds: number;
  /** Says what is being measured now; for people, on stderr. */
  readonly progress: (message: string) => void;
  /** How many rows a benchmark of growth fills tables to; up to a million, unless given. */
  readonly rows?: number;
  /** Of how many symbols, one size after the other, a benchmark of the pipeline is. */
  readonly symbols?: readonly number[];
  /** How many bars of each symbol. */
  readonly bars?: number;
  /** Stops between two measurements. */
  readonly signal: AbortSignal;
}

/** A benchmark by its name in `trading bench NAME`. */
export interface Benchmark {
  readonly name: string;
  readonly summary: string;
  readonly defaultRounds: number;
  run(context: BenchContext): Promise<BenchResult>;
}

/** The machine, as far as figures depend on it. */
export function machine(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${processors.length} x ${processors[0]?.model ?? 'unknown'}, ${memory} GiB, Node ${process.versions.node}, ${process.platform}`;
}

/** The middle value; the mean of the two middle ones for an even count. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** `numerator / denominator` held against a goal that it should reach at least. */
export function atLeast(name: string, numerator: number, denominator: number, goal: number): BenchRatio {
  const value = numerator / denominator;
  return { name, value, goal, met: value >= goal };
}

/** `numerator / denominator` held against a goal that it should not pass. */
export function atMost(name: string, numerator: number, denominator: number, goal: number): BenchRatio {
  const value = numerator / denominator;
  return { name, value, goal, met: value <= goal };
}

/** The value below which `part` of the values lie; NaN for none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
