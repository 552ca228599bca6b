import type { Sql } from '@trading/database';
import { comparePositions, type LogPosition } from '../logPosition';
import { type LogRange, readOutbox } from '../sql/readOutbox';

/** Reads the log for consumers of one process. */
export interface LogReader {
  /** Events of some types, or of all (null), behind a position, in commit order, no further than the horizon. @throws TradingError `DATABASE.*` */
  read(after: LogPosition, types: readonly string[] | null, limit: number): Promise<LogRange>;
}

/** A reader for one group: reads what it is asked for, as that group's role. */
export function createLogReader(sql: Sql): LogReader {
  return { read: (after, types, limit) => readOutbox(sql, after, types, limit) };
}

/** Ranges that are kept at most: each is looked through. */
const KEPT_RANGES = 64;

/** Text that is kept at most, in characters: what groups which are up to date are about to read. */
const KEPT_LENGTH = 8_000_000;

/**
 * A reader for all groups of a process: what one has read the others get from memory, so that a bar's events are read and
 * parsed once and not once a group. What is committed never changes. The end of the log is kept, as far as anyone has read
 * it; a group that is further behind reads for itself, and whoever reaches the end reads on for all.
 *
 * @param sql  of a role that may read the log
 */
export function createSharedLogReader(sql: Sql): LogReader {
  return new SharedLogReader(sql);
}

class SharedLogReader implements LogReader {
  readonly #sql: Sql;
  /** Ranges that follow one another, the last read last. */
  #kept: readonly { readonly after: LogPosition; readonly range: LogRange }[] = [];
  readonly #reading = new Map<string, Promise<LogRange>>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async read(after: LogPosition, types: readonly string[] | null, limit: number): Promise<LogRange> {
    const [first] = this.#kept;
    const behind = first !== undefined && comparePositions(after, first.after) < 0;
    if (behind) return readOutbox(this.#sql, after, types, limit);
    const known = this.#keptBehind(after, types);
    // Where nothing that is wanted is kept, the log may have gone on since.
    if (known !== undefined && known.events.length > 0) return known;
    const range = await this.#readOn(known?.reached ?? after, limit);
    return { ...range, events: wantedOf(range, after, types) };
  }

  #keptBehind(after: LogPosition, types: readonly string[] | null): LogRange | undefined {
    const ahead = this.#kept.filter(({ range }) => comparePositions(after, range.reached) < 0);
    const last = ahead.at(-1);
    if (last === undefined) return undefined;
    const events = ahead.flatMap(({ range }) => wantedOf(range, after, types));
    return { ...last.range, events };
  }

  /** Groups that ask for the same at once wait for one answer. */
  #readOn(after: LogPosition, limit: number): Promise<LogRange> {
    const key = `${after.xid} ${after.id} ${limit}`;
    const underWay = this.#reading.get(key);
    if (underWay !== undefined) return underWay;
    const reading = readOutbox(this.#sql, after, null, limit)
      .then((range) => {
        if (range.events.length > 0) this.#keep(after, range);
        return range;
      })
      .finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  #keep(after: LogPosition, range: LogRange): void {
    const end = this.#kept.at(-1)?.range.reached;
    const follows = end !== undefined && comparePositions(end, after) === 0;
    let kept = follows ? [...this.#kept, { after, range }] : [{ after, range }];
    let length = kept.reduce((sum, each) => sum + each.range.textLength, 0);
    while (kept.length > KEPT_RANGES || (kept.length > 1 && length > KEPT_LENGTH)) {
      length -= kept[0]?.range.textLength ?? 0;
      kept = kept.slice(1);
    }
    this.#kept = kept;
  }
}

function wantedOf({ events }: LogRange, after: LogPosition, types: readonly string[] | null) {
  const wanted = types === null ? null : new Set(types);
  return events.filter(
    ({ position, record }) => comparePositions(position, after) > 0 && wanted?.has(record.type) !== false,
  );
}
