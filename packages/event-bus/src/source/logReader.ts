import type { Sql } from '@trading/database';
import { comparePositions, type LogPosition } from '../logPosition';
import { type LogRange, readOutbox } from '../sql/readOutbox';

/** Reads the log for consumers of one process. */
export interface LogReader {
  /** Events of some types behind a position, in commit order, no further than the horizon. @throws TradingError `DATABASE.*` */
  read(after: LogPosition, types: readonly string[], limit: number): Promise<LogRange>;
}

/** A reader for one group: reads what it is asked for, as that group's role. */
export function createLogReader(sql: Sql): LogReader {
  return { read: (after, types, limit) => readOutbox(sql, after, types, limit) };
}

/** Ranges that are kept: that of the groups which are up to date, and one or two for those that are not. */
const RANGES_KEPT = 3;

/**
 * A reader for all groups of a process: what one has read the others get from memory, so that a bar's events are read and
 * parsed once and not once a group. What is committed never changes; a kept range may end before the log does, and whoever
 * reaches its end reads on.
 *
 * @param sql  of a role that may read the log
 */
export function createSharedLogReader(sql: Sql): LogReader {
  return new SharedLogReader(sql);
}

interface KeptRange {
  readonly after: LogPosition;
  readonly range: LogRange;
}

class SharedLogReader implements LogReader {
  readonly #sql: Sql;
  /** Those with something in them, the last read first. */
  #kept: readonly KeptRange[] = [];
  readonly #reading = new Map<string, Promise<LogRange>>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async read(after: LogPosition, types: readonly string[], limit: number): Promise<LogRange> {
    const kept = this.#kept.find(
      (each) => comparePositions(each.after, after) <= 0 && comparePositions(after, each.range.reached) < 0,
    );
    const range = kept === undefined ? await this.#readOnce(after, limit) : kept.range;
    const wanted = new Set(types);
    const events = range.events.filter(
      ({ position, record }) => comparePositions(position, after) > 0 && wanted.has(record.type),
    );
    // Nothing that is wanted in what is kept: the log may have gone on since.
    if (events.length === 0 && kept !== undefined) return this.read(range.reached, types, limit);
    return { events, reached: range.reached, full: range.full };
  }

  /** Groups that ask for the same at once wait for one answer. */
  #readOnce(after: LogPosition, limit: number): Promise<LogRange> {
    const key = `${after.xid} ${after.id} ${limit}`;
    const underWay = this.#reading.get(key);
    if (underWay !== undefined) return underWay;
    const reading = readOutbox(this.#sql, after, null, limit)
      .then((range) => {
        if (range.events.length > 0) this.#kept = [{ after, range }, ...this.#kept].slice(0, RANGES_KEPT);
        return range;
      })
      .finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }
}
