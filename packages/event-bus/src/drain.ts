import { performance } from 'node:perf_hooks';
import { poolSql, type ServicePool, type Sql } from '@trading/database';
import { TradingError } from '@trading/model';
import type { Consumer } from './consumer/consumer';
import { comparePositions, type LogPosition } from './logPosition';
import type { LogReader } from './source/logReader';
import { type LatestEvent, readLatestOfTypes } from './sql/readLatestOfTypes';
import type { LogRange } from './sql/readOutbox';

/** How long a drain bears with a foreign transaction that keeps committed events out of sight. */
export interface DrainOptions {
  /** Any pool that may read the log. */
  readonly pool: ServicePool;
  /** Since something was last handled. 60 s. */
  readonly hiddenMs?: number;
  /** The reader that the consumers share, where they share one: what they are about to read tells who has work. */
  readonly log?: LogReader;
  /** Those of the consumers that publish nothing: each takes what all others led to at once, when they are done. */
  readonly last?: readonly Consumer[];
}

const LOOK_AGAIN_MS = 2;

/** Events that one look at the shared reader takes in. */
const LOOK_AHEAD = 1_000;

/**
 * Runs consumers until none of them has anything left to do, what their handlers publish included. One read a pass finds
 * out who has work; the others are not asked.
 *
 * @returns how many events were dealt with
 * @throws TradingError `EVENTS.HIDDEN` where a transaction that stays open hides committed events for too long;
 *   what a consumer's `runOnce` throws
 */
export async function drain(consumers: readonly Consumer[], options: DrainOptions): Promise<number> {
  const sql = poolSql(options.pool);
  const hiddenMs = options.hiddenMs ?? 60_000;
  const { log, last = [] } = options;
  const early = consumers.filter((consumer) => !last.includes(consumer));
  let movedAt = performance.now();
  let handled = 0;
  for (;;) {
    const readAhead = log === undefined ? [] : await findInSharedLog(early, log);
    const { ready, unfinished } =
      readAhead.length > 0 ? { ready: readAhead, unfinished: true } : await findWork(consumers, sql);
    if (ready.length > 0) {
      const first = ready.filter((consumer) => !last.includes(consumer));
      const now = first.length > 0 ? first : ready;
      const counts = await Promise.all(now.map((consumer) => consumer.runOnce()));
      const passed = counts.reduce((sum, count) => sum + count, 0);
      handled += passed;
      if (passed > 0) {
        movedAt = performance.now();
        continue;
      }
    }
    if (ready.length === 0 && !unfinished) return handled;
    if (performance.now() - movedAt > hiddenMs) {
      throw new TradingError(
        'EVENTS.HIDDEN',
        'Committed events stay out of sight because a transaction that began before them is still open',
        { kind: 'operational', transient: true },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** Who has work in what the shared reader gets next: that is read anyway. Says nothing of what is hidden. */
async function findInSharedLog(consumers: readonly Consumer[], log: LogReader): Promise<Consumer[]> {
  const from = await hindmostOf(consumers);
  if (from === undefined) return [];
  const latest = latestOf(await log.read(from, null, LOOK_AHEAD));
  return latest.length === 0 ? [] : (await workFor(consumers, latest)).ready;
}

async function findWork(
  consumers: readonly Consumer[],
  sql: Sql,
): Promise<{ ready: Consumer[]; unfinished: boolean }> {
  const from = await hindmostOf(consumers);
  if (from === undefined) return { ready: [], unfinished: false };
  const { latest, complete } = await readLatestOfTypes(sql, from);
  const { ready, hidden } = await workFor(consumers, latest);
  // Events that someone wants are hidden for now, or there were more than could be looked at.
  return { ready, unfinished: !complete || hidden };
}

async function hindmostOf(consumers: readonly Consumer[]): Promise<LogPosition | undefined> {
  const checkpoints = await Promise.all(consumers.map((consumer) => consumer.source.checkpoint()));
  const [first, ...others] = checkpoints;
  return others.reduce(
    (least, position) => (least === undefined || comparePositions(position, least) < 0 ? position : least),
    first,
  );
}

async function workFor(
  consumers: readonly Consumer[],
  latest: readonly LatestEvent[],
): Promise<{ ready: Consumer[]; hidden: boolean }> {
  const work = await Promise.all(consumers.map((consumer) => consumer.source.workAhead(latest)));
  const parking = await Promise.all(consumers.map((consumer) => consumer.hasParked()));
  return {
    ready: consumers.filter((_, index) => work[index] === 'ready' || parking[index]),
    hidden: work.includes('hidden'),
  };
}

/** The last event of each type in a range of the log. */
function latestOf({ events }: LogRange): LatestEvent[] {
  const latest = new Map<string, LatestEvent>();
  for (const { position, record } of events)
    latest.set(record.type, { type: record.type, position, settled: true });
  return [...latest.values()];
}
