import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import type { FileSummary } from '@trading/ingestion';
import { tradingDate } from '@trading/model';
import type { TradingSystem } from '@trading/system';
import type { DemoPlan } from './demoPlan';
import { prepareDemo } from './demoPlan';
import { type DemoSummary, summarizeDemo } from './summary';

/** What is told after each trading day: how many rows of the file are done, of how many, and the last day. */
export type DemoProgress = (progress: {
  readonly done: number;
  readonly total: number;
  readonly date: string;
}) => void;

/** What the demo did, in all and this time. */
export interface DemoResult {
  readonly plan: DemoPlan;
  /** False where every bar was there already: nothing was traded this time. */
  readonly tradedNow: boolean;
  readonly ingestion: FileSummary;
  readonly eventsDelivered: number;
  readonly elapsedMs: number;
  readonly summary: DemoSummary;
}

/**
 * Trades a file day by day: each day's bars are stored in one transaction, then every service handles what that led
 * to, until all is quiet; only then the next day comes. Days that are there already are left alone, so a demo that
 * was stopped goes on where it was.
 */
export async function runDemo(
  system: TradingSystem,
  plan: DemoPlan,
  options: { readonly onProgress: DemoProgress; readonly signal: AbortSignal },
): Promise<DemoResult> {
  const started = performance.now();
  await prepareDemo(system, plan);
  // What an earlier run published and did not get to handle.
  let eventsDelivered = await system.drain();
  const total = await countRows(plan.csv);
  let date = '';
  const ingestion = await system.ingestion.ingestFile({
    path: plan.csv,
    symbol: plan.symbol,
    preset: 'yahoo',
    chunkRows: 1,
    signal: options.signal,
    afterChunk: async ({ changes }) => {
      if (changes.length === 0) return;
      eventsDelivered += await system.drain();
      for (const { last } of changes) date = tradingDate(last);
    },
    onProgress: ({ inserted, updated, unchanged, rejectedRows }) => {
      // Each row of the file is a bar in every series.
      options.onProgress({ done: rejectedRows + (inserted + updated + unchanged) / 2, total, date });
    },
  });
  await system.flush();
  const tradedNow = ingestion.inserted + ingestion.updated > 0;
  const elapsedMs = performance.now() - started;
  if (tradedNow) await system.recordPerformance('demo', elapsedMs);
  return {
    plan,
    tradedNow,
    ingestion,
    eventsDelivered,
    elapsedMs,
    summary: await summarizeDemo(system, plan),
  };
}

/** Lines after the header; a file that can't be read has none, and the ingestion says why. */
async function countRows(path: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return Math.max(0, text.trimEnd().split('\n').length - 1);
}
