import { setTimeout as delay } from 'node:timers/promises';
import { openPipelineSystem } from './pipelineSystem';

/** Milliseconds, one for each order. */
export interface Latencies {
  /** From the commit of a bar to that of the order which its close led to. */
  readonly placed: readonly number[];
  /** From the commit of the next bar to that of the fill at its open. */
  readonly filled: readonly number[];
}

/** Every bar changes its symbol's side, so that each leads to an order and fills the one before. */
const zigzag = (_symbol: number, bar: number) => 1_000_000 + (bar % 2 === 0 ? 50_000 : 0);

/** The first bars find nothing prepared, and no order to fill where the first signal sells what is not there. */
const WARM_UP = 3;

/** By the server's own commit times, so that nobody who looks is in the way. */
const PLACED = `
  SELECT extract(epoch FROM pg_xact_commit_timestamp(l.xmin) - pg_xact_commit_timestamp(e.xmin))::float8 * 1000 AS ms
    FROM execution.execution_logs AS l
    JOIN execution.orders AS o ON o.order_id = l.order_id
    JOIN event_bus.outbox AS e ON e.correlation_id = o.correlation_id AND e.event_type = 'market_data_updated'
     AND e.data ->> 'symbol' = o.symbol AND e.data ->> 'dataSource' = $1
   WHERE l.event = 'created' AND o.decided_at >= $2`;

const FILLED = `
  SELECT extract(epoch FROM pg_xact_commit_timestamp(t.xmin) - pg_xact_commit_timestamp(b.xmin))::float8 * 1000 AS ms
    FROM execution.trades AS t
    JOIN data_ingestion.market_data AS b ON b.symbol = t.symbol AND b.data_source = $1 AND b."timestamp" = t.executed_at
   WHERE t.executed_at >= $2`;

const WAITING = `
  SELECT count(*)::int AS filled FROM execution.trades WHERE executed_at = $1`;

/** Runs the services as `trading run` does, and lets bars come one after the other, each when the last has settled. */
export async function measureLatency(symbols: number, bars: number, signal: AbortSignal): Promise<Latencies> {
  await using pipeline = await openPipelineSystem({ symbols, length: 'day', slow: 2, close: zigzag });
  const { system, admin } = pipeline;
  system.start();
  let first: Date | undefined;
  for (let bar = 0; bar < bars + WARM_UP; bar += 1) {
    signal.throwIfAborted();
    const start = await pipeline.ingest();
    if (bar < WARM_UP) {
      await delay(1_000);
      continue;
    }
    first ??= start;
    for (;;) {
      const { rows } = await admin.query<{ filled: number }>(WAITING, [start]);
      if ((rows[0]?.filled ?? 0) >= symbols) break;
      signal.throwIfAborted();
      await delay(20);
    }
    // Bars come into a system at rest, as they do in a market.
    await delay(100);
  }
  await system.stop();
  await system.drain();
  await pipeline.requireQuiet();
  const of = async (text: string, source: string) =>
    (await admin.query<{ ms: number }>(text, [source, first])).rows.map(({ ms }) => ms);
  return { placed: await of(PLACED, 'yahoo_adjusted'), filled: await of(FILLED, 'yahoo') };
}
