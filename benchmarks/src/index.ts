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
  {
    name: 'ingest',
    summary: 'bars in: bulk ingest against psql, Prisma and SQLAlchemy',
    defaultRounds: 3,
    run: async (context) => (await import('./ingest')).runIngest(context),
  },
  {
    name: 'read',
    summary: 'bars out: BarReader against Prisma, pg and SQLAlchemy; a symbol-day of 1M and of 20M rows',
    defaultRounds: 5,
    run: async (context) => (await import('./read')).runRead(context),
  },
  {
    name: 'orders',
    summary: 'an order from the risk check to the booked fill: ours against pgbench, pg and Prisma',
    defaultRounds: 3,
    run: async (context) => (await import('./orders')).runOrders(context),
  },
  {
    name: 'bus',
    summary: 'events from commit to effect: ours against raw Redis, BullMQ, pg-boss and graphile-worker',
    defaultRounds: 3,
    run: async (context) => (await import('./bus')).runBus(context),
  },
  {
    name: 'bus-growth',
    summary:
      'the bus with more event types, groups, and events in its log; up to a million, or as --rows says',
    defaultRounds: 3,
    run: async (context) => (await import('./busGrowth')).runBusGrowth(context),
  },
  {
    name: 'pipeline',
    summary:
      'from ingest until all seven services are quiet, and from a bar to its order; sizes as --symbols and --bars say',
    defaultRounds: 3,
    run: async (context) => (await import('./pipeline')).runPipeline(context),
  },
  {
    name: 'scheduling',
    summary: 'flows by way of Prefect: from due to started, and runs a minute with 1, 2 and 4 workers',
    defaultRounds: 3,
    run: async (context) => (await import('./scheduling')).runScheduling(context),
  },
];

/** Runs a benchmark on servers of its own, which end with it. */
export function runBenchmark(benchmark: Benchmark, context: BenchContext): Promise<BenchResult> {
  return inOwnRun(() => benchmark.run(context));
}

export type { BenchContext, Benchmark, BenchRatio, BenchResult, BenchRow } from './result';
