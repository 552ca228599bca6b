import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { median } from '../result';
import type { PipelineSystem } from './pipelineSystem';

/** What some bars of every symbol took. */
export interface BarTimes {
  /** From the start of ingest until all services were quiet, median over the bars, ms. */
  readonly quietMs: number;
  /** Events handled by a group, over all bars. */
  readonly deliveries: number;
  /** Over all bars, ms. */
  readonly totalMs: number;
}

/** Stores a bar of every symbol and lets every service come to rest, so many times; checks that all is there. */
export async function measureBars(
  pipeline: PipelineSystem,
  bars: number,
  signal: AbortSignal,
): Promise<BarTimes> {
  const times: number[] = [];
  let deliveries = 0;
  for (let bar = 0; bar < bars; bar += 1) {
    signal.throwIfAborted();
    const started = performance.now();
    await pipeline.ingest();
    deliveries += await pipeline.system.drain();
    times.push(performance.now() - started);
  }
  await pipeline.requireQuiet();
  return { quietMs: median(times), deliveries, totalMs: times.reduce((sum, time) => sum + time, 0) };
}

/** Memory that is reachable, in MB, after collecting what is not. */
export function heldMb(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed / 1024 ** 2;
}
