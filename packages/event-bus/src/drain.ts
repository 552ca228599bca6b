import { performance } from 'node:perf_hooks';
import { poolSql, type ServicePool, type Sql } from '@trading/database';
import { TradingError } from '@trading/model';
import type { Consumer } from './consumer/consumer';
import { comparePositions } from './logPosition';
import { readLatestOfTypes } from './sql/readLatestOfTypes';

/** How long a drain bears with a foreign transaction that keeps committed events out of sight. */
export interface DrainOptions {
  /** Any pool that may read the log. */
  readonly pool: ServicePool;
  /** Since something was last handled. 60 s. */
  readonly hiddenMs?: number;
}

const LOOK_AGAIN_MS = 2;

/**
 * Runs consumers until none of them has anything left to do, what their handlers publish included. One small query a
 * pass finds out who has work; the others are not asked.
 *
 * @returns how many events were dealt with
 * @throws TradingError `EVENTS.HIDDEN` where a transaction that stays open hides committed events for too long;
 *   what a consumer's `runOnce` throws
 */
export async function drain(consumers: readonly Consumer[], options: DrainOptions): Promise<number> {
  const sql = poolSql(options.pool);
  const hiddenMs = options.hiddenMs ?? 60_000;
  let movedAt = performance.now();
  let handled = 0;
  for (;;) {
    const { ready, unfinished } = await findWork(consumers, sql);
    if (ready.length > 0) {
      const counts = await Promise.all(ready.map((consumer) => consumer.runOnce()));
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

async function findWork(
  consumers: readonly Consumer[],
  sql: Sql,
): Promise<{ ready: Consumer[]; unfinished: boolean }> {
  const checkpoints = await Promise.all(consumers.map((consumer) => consumer.source.checkpoint()));
  const [first, ...others] = checkpoints;
  if (first === undefined) return { ready: [], unfinished: false };
  const hindmost = others.reduce(
    (least, position) => (comparePositions(position, least) < 0 ? position : least),
    first,
  );
  const { latest, complete } = await readLatestOfTypes(sql, hindmost);
  const work = await Promise.all(consumers.map((consumer) => consumer.source.workAhead(latest)));
  const parking = await Promise.all(consumers.map((consumer) => consumer.hasParked()));
  return {
    ready: consumers.filter((_, index) => work[index] === 'ready' || parking[index]),
    // Events that someone wants are hidden for now, or there were more than could be looked at.
    unfinished: !complete || work.includes('hidden'),
  };
}
