import { poolSql } from '@trading/database';
import { TradingError } from '@trading/model';
import type { Pool } from 'pg';
import { dropPartitions } from './sql/dropPartitions';
import { ensurePartitions } from './sql/ensurePartitions';
import { listPartitions, type Partition } from './sql/listPartitions';

/** The yearly partitions of market_data: whoever ingests makes them as needed, an operator looks and prunes. */
export interface Partitions {
  /** All of them, in the order of time. */
  list(): Promise<Partition[]>;
  /**
   * Makes those that bars from `first` to `last` go to.
   *
   * @returns the names of those that were not there
   * @throws TradingError `INGESTION.INVALID_RANGE`, `DATABASE.INVALID_VALUE` outside the years 1900 to 2200
   */
  ensure(first: Date, last: Date): Promise<string[]>;
  /**
   * Drops those that end at or before `cutoff`, with all their bars. A partition is dropped whole or kept whole.
   *
   * @param options.dryRun  true to be told what would go
   * @returns what went, or would
   * @throws TradingError `INGESTION.INVALID_RANGE` for a moment that hasn't passed, `DATABASE.LOCK_TIMEOUT` when
   * readers keep the table busy for 5 s
   */
  dropBefore(cutoff: Date, options: { readonly dryRun: boolean }): Promise<Partition[]>;
}

/** Makes the commands over ingestion's pool. */
export function createPartitions(pool: Pool, clock: () => Date): Partitions {
  const sql = poolSql(pool);
  return {
    list: () => listPartitions(sql),
    async ensure(first, last) {
      if (!(first <= last)) throw invalidRange('first', first, `must not be after last (${shown(last)})`);
      return ensurePartitions(sql, { first, last });
    },
    async dropBefore(cutoff, { dryRun }) {
      if (!(cutoff <= clock())) throw invalidRange('cutoff', cutoff, 'must be a moment that has passed');
      const doomed = (await listPartitions(sql)).filter(({ until }) => until <= cutoff);
      if (dryRun) return doomed;
      const dropped = await dropPartitions(sql, cutoff);
      return doomed.filter(({ name }) => dropped.includes(name));
    },
  };
}

function invalidRange(field: string, value: Date, reason: string): TradingError {
  return new TradingError('INGESTION.INVALID_RANGE', `${field} is ${shown(value)}; it ${reason}`, {
    details: { field, value: shown(value) },
  });
}

function shown(moment: Date): string {
  return Number.isNaN(moment.getTime()) ? 'no date' : moment.toISOString();
}
