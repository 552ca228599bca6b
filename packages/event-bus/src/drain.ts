import { performance } from 'node:perf_hooks';
import { poolSql, type ServicePool, type Sql } from '@trading/database';
import { TradingError } from '@trading/model';
import type { Consumer } from './consumer/consumer';
import { comparePlaces } from './place';
import { readHeads } from './sql/readHeads';

/** How long a drain bears with a foreign transaction that keeps committed events out of sight. */
export interface DrainOptions {
  /** Any pool that may read the log. */
  readonly pool: ServicePool;
  /** Since something was last handled. 60 s. */
  readonly heldBackMs?: number;
}

const LOOK_AGAIN_MS = 2;

/**
 * Runs consumers until none of them has anything left to do, what their handlers publish included. One small query a
 * pass finds out who has work; the others are not asked.
 *
 * @returns how many events were dealt with
 * @throws TradingError `EVENTS.HELD_BACK` where a transaction that stays open hides committed events for too long;
 *   what a consumer's `runOnce` throws
 */
export async function drain(consumers: readonly Consumer[], options: DrainOptions): Promise<number> {
  const sql = poolSql(options.pool);
  const heldBackMs = options.heldBackMs ?? 60_000;
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
    if (performance.now() - movedAt > heldBackMs) {
      throw new TradingError(
        'EVENTS.HELD_BACK',
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
  const places = await Promise.all(consumers.map((consumer) => consumer.source.place()));
  const [first, ...others] = places;
  if (first === undefined) return { ready: [], unfinished: false };
  const hindmost = others.reduce((least, place) => (comparePlaces(place, least) < 0 ? place : least), first);
  const { heads, complete } = await readHeads(sql, hindmost);
  const outlooks = await Promise.all(consumers.map((consumer) => consumer.source.outlook(heads)));
  const holding = await Promise.all(consumers.map((consumer) => consumer.holds()));
  return {
    ready: consumers.filter((_, index) => outlooks[index] === 'ready' || holding[index]),
    // Events that someone wants are hidden for now, or there were more than could be looked at.
    unfinished: !complete || outlooks.includes('held back'),
  };
}
