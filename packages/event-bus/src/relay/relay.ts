import { performance } from 'node:perf_hooks';
import type { ServicePool, Sql } from '@trading/database';
import { EVENT_TYPES, isTradingError, TradingError } from '@trading/model';
import { type Backoff, backoffMs, DEFAULT_BACKOFF } from '../consumer/backoff';
import { InterruptibleWait } from '../consumer/waiting';
import { comparePlaces, ORIGIN, type Place } from '../place';
import type { RedisConnection } from '../redis/connect';
import { typeOfEnvelope } from '../redis/envelope';
import { type BusKeys, busKeys, entryId, entryPlace } from '../redis/keys';
import { type RelayScripts, relayScripts } from '../redis/scripts';
import { isBeyondServer } from '../sql/isBeyondServer';
import { readFloor } from '../sql/readFloor';
import { readEnvelopes } from '../sql/readOutbox';
import { readRelayPlace, storeRelayPlace } from '../sql/relayPlace';
import type { WakeUp } from '../wakeUp';
import { Leadership } from './leadership';

/** Where a step of the relay is: events read, added to Redis, their place remembered, the streams trimmed or begun anew. */
export type RelayStep = 'read' | 'moved' | 'remembered' | 'trimmed' | 'seeded';

/** How a relay is made. */
export interface RelayOptions {
  /** The bus's own pool. */
  readonly pool: ServicePool;
  /** The relay's own connection; whoever opened it closes it. */
  readonly redis: RedisConnection;
  readonly prefix?: string;
  /** Events in one step at most. 1000. */
  readonly batchSize?: number;
  /** JSON in one step at most, bytes: Redis does nothing else meanwhile. 4 MB; a larger event goes alone. */
  readonly batchBytes?: number;
  /** The longest wait between two looks while there is nothing to do, ms. 250. */
  readonly pollMs?: number;
  /** How often streams are trimmed and the place is remembered, ms. 1000. */
  readonly housekeepingMs?: number;
  readonly wakeUp?: WakeUp;
  readonly onError?: (error: Error) => void;
  /** Told where a step is, for tracing and for tests that end the process just there. */
  readonly onStep?: (step: RelayStep) => void;
}

/** What a relay is doing and has done since it was made. */
export interface RelayFigures {
  readonly state: 'stopped' | 'standby' | 'leading';
  readonly relayed: number;
  readonly announced: number;
  /** How often the streams were begun anew because Redis had lost them. */
  readonly rebuilt: number;
  readonly failures: number;
  readonly lastError: string | null;
  /** How far the streams are filled, as an entry id. */
  readonly place: string | null;
}

/** Moves committed events from the log to Redis, in commit order. Several may run: one leads. */
export interface Relay {
  /**
   * Moves the next stretch.
   *
   * @returns how many events were moved; 0 where there were none, or another relay leads
   * @throws TradingError `DATABASE.*`, `REDIS.UNAVAILABLE`
   */
  runOnce(): Promise<number>;
  start(): void;
  /** Finishes the step in hand, then stops. */
  stop(): Promise<void>;
  figures(): RelayFigures;
  [Symbol.asyncDispose](): Promise<void>;
}

/** An event on its way to Redis. */
interface RelayedEvent {
  readonly place: Place;
  readonly type: string;
  /** The JSON of its `Envelope`. */
  readonly envelope: string;
}

/** Some events that follow one another in the log. */
interface RelayedStretch {
  readonly events: readonly RelayedEvent[];
  /** Whether more may follow at once. */
  readonly full: boolean;
}

/** Makes a relay; it does nothing until `start` or `runOnce`. */
export function createRelay(options: RelayOptions): Relay {
  return new StreamRelay(options);
}

class StreamRelay implements Relay {
  readonly #options: RelayOptions;
  readonly #keys: BusKeys;
  readonly #scripts: RelayScripts;
  readonly #leadership: Leadership;
  readonly #idle = new InterruptibleWait();
  #leads = false;
  #place: Place | undefined;
  /** Whether the last look stopped for its limit. */
  #more = false;
  #ahead: { readonly after: Place; readonly stretch: Promise<RelayedStretch | undefined> } | undefined;
  /** Events up to here were announced: when streams are rebuilt they are not announced again. */
  #announced: Place | undefined;
  #housekeptAt = Number.NEGATIVE_INFINITY;
  #figures = { relayed: 0, announced: 0, rebuilt: 0, failures: 0, lastError: null as string | null };
  #last: Promise<unknown> = Promise.resolve();
  #loop: Promise<void> | undefined;
  #stopping = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#keys = busKeys(options.prefix);
    this.#scripts = relayScripts(options.redis);
    this.#leadership = new Leadership(options.pool, this.#keys.relay);
  }

  runOnce(): Promise<number> {
    const step = () => this.#step();
    const run = this.#last.then(step, step);
    this.#last = run;
    return run;
  }

  start(): void {
    if (this.#loop !== undefined) return;
    this.#stopping = false;
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#idle.interrupt();
    await this.#loop;
    await this.#last.catch(() => {});
    this.#loop = undefined;
    this.#resign();
  }

  figures(): RelayFigures {
    const running = this.#leads ? 'leading' : 'standby';
    return {
      state: this.#loop === undefined && !this.#leads ? 'stopped' : running,
      ...this.#figures,
      place: this.#place === undefined ? null : entryId(this.#place),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #step(): Promise<number> {
    try {
      const sql = await this.#leadership.acquire();
      this.#leads = sql !== undefined;
      this.#more = false;
      if (sql === undefined) return 0;
      const place = this.#place ?? (await this.#findPlace(sql));
      const events = await this.#read(sql, place);
      if (events.length > 0) this.#options.onStep?.('read');
      const moved = await this.#move(place, events);
      await this.#keepHouse(sql);
      return moved;
    } catch (error) {
      // Where a step stopped is for Redis to say, and who leads is for PostgreSQL.
      this.#resign();
      throw isTradingError(error) ? error : unavailable(error);
    }
  }

  /** The next events; while they are on their way to Redis, those behind them are read. */
  async #read(sql: Sql, place: Place): Promise<readonly RelayedEvent[]> {
    const { after, stretch } = this.#ahead ?? {};
    this.#ahead = undefined;
    const known = after !== undefined && comparePlaces(after, place) === 0 ? await stretch : undefined;
    const { events, full } = known ?? (await this.#readBehind(sql, place));
    const step = this.#withinBytes(events);
    const reached = step.at(-1)?.place;
    this.#more = full || step.length < events.length;
    if (full && reached !== undefined && step.length === events.length) {
      // What fails here is read again when it is due, and fails then.
      const ahead = this.#readBehind(sql, reached).catch(() => undefined);
      this.#ahead = { after: reached, stretch: ahead };
    }
    return step;
  }

  async #readBehind(sql: Sql, place: Place): Promise<RelayedStretch> {
    const { events, full } = await readEnvelopes(sql, place, null, this.#options.batchSize ?? 1_000);
    return {
      full,
      events: events.flatMap(({ place, envelope }) =>
        envelope === undefined ? [] : { place, envelope, type: typeOfEnvelope(envelope) },
      ),
    };
  }

  /** Where the streams end; where Redis knows nothing they are begun behind what every group has acknowledged. */
  async #findPlace(sql: Sql): Promise<Place> {
    this.#announced ??= await readRelayPlace(sql);
    const floor = (await readFloor(sql)) ?? this.#announced ?? ORIGIN;
    const streams = EVENT_TYPES.map((type) => this.#keys.stream(type));
    let before = await this.#options.redis.hget(this.#keys.relay, 'place');
    if (before !== null && (await isBeyondServer(sql, entryPlace(before)))) {
      // The database fell back to an older copy of itself: what the streams hold since then never happened.
      await this.#options.redis.del(this.#keys.relay);
      before = null;
    }
    const now = before ?? (await this.#scripts.seed([this.#keys.relay, ...streams], [entryId(floor)]));
    if (before === null && this.#announced !== undefined) this.#figures.rebuilt += 1;
    if (before === null) this.#options.onStep?.('seeded');
    this.#place = entryPlace(now);
    return this.#place;
  }

  async #move(place: Place, events: readonly RelayedEvent[]): Promise<number> {
    const reached = events.at(-1)?.place ?? place;
    const types = [...new Set(events.map((event) => event.type))];
    const announceAfter = this.#announced ?? ORIGIN;
    const firstNew = events.findIndex((event) => comparePlaces(event.place, announceAfter) > 0);
    const known = firstNew === -1 ? events.length : firstNew;
    const lines = events.map(
      ({ type, place, envelope }) => `${types.indexOf(type) + 1} ${entryId(place)} ${envelope}\n`,
    );
    const args = [entryId(place), entryId(reached), this.#keys.wake, String(known), lines.join(''), ...types];
    const streams = types.map((type) => this.#keys.stream(type));
    const now = await this.#scripts.move([this.#keys.relay, ...streams], args);
    if (now === null || now !== entryId(reached)) {
      // Redis was emptied, or another relay has moved on: look again where the streams end.
      this.#place = undefined;
      return events.length;
    }
    if (events.length > 0) this.#options.onStep?.('moved');
    this.#place = reached;
    if (comparePlaces(reached, announceAfter) > 0) this.#announced = reached;
    this.#figures.relayed += events.length;
    this.#figures.announced += events.length - known;
    return events.length;
  }

  #withinBytes(events: readonly RelayedEvent[]): readonly RelayedEvent[] {
    let bytes = 0;
    const limit = this.#options.batchBytes ?? 4_000_000;
    const over = events.findIndex((event, index) => {
      bytes += event.envelope.length;
      return index > 0 && bytes > limit;
    });
    return over === -1 ? events : events.slice(0, over);
  }

  async #keepHouse(sql: Sql): Promise<void> {
    if (performance.now() - this.#housekeptAt < (this.#options.housekeepingMs ?? 1_000)) return;
    this.#housekeptAt = performance.now();
    if (this.#announced !== undefined) await storeRelayPlace(sql, this.#announced);
    this.#options.onStep?.('remembered');
    const floor = await readFloor(sql);
    if (floor === undefined) return;
    // Up to the floor itself, which is acknowledged too.
    const keepFrom = entryId({ xid: floor.xid, id: floor.id + 1n });
    for (const type of EVENT_TYPES)
      await this.#options.redis.xtrim(this.#keys.stream(type), 'MINID', '~', keepFrom);
    this.#options.onStep?.('trimmed');
  }

  #resign(): void {
    this.#leadership.resign();
    this.#leads = false;
    this.#place = undefined;
    this.#ahead = undefined;
  }

  async #run(): Promise<void> {
    const unsubscribe = this.#options.wakeUp?.onWake(() => this.#idle.interrupt());
    let emptyLooks = 0;
    let failures = 0;
    const poll: Backoff = { firstMs: 2, maxMs: this.#options.pollMs ?? 250 };
    while (!this.#stopping) {
      try {
        const moved = await this.runOnce();
        failures = 0;
        // What is on its way now is announced by a wake-up; without a wait events would be moved one by one.
        emptyLooks = moved === 0 ? emptyLooks + 1 : 1;
        if (this.#more) continue;
        // Who was woken looks often for a while: the hint comes before the commit.
        const woken = await this.#idle.wait(this.#leads ? backoffMs(poll, emptyLooks) : 1_000);
        if (woken) emptyLooks = 0;
      } catch (error) {
        failures += 1;
        this.#report(error);
        await this.#idle.wait(backoffMs(DEFAULT_BACKOFF, failures));
      }
    }
    unsubscribe?.();
  }

  #report(error: unknown): void {
    const failure = error instanceof Error ? error : new Error(String(error));
    this.#figures.failures += 1;
    this.#figures.lastError = failure.message;
    this.#options.onError?.(failure);
  }
}

function unavailable(error: unknown): TradingError {
  const message = error instanceof Error ? error.message : String(error);
  return new TradingError('REDIS.UNAVAILABLE', `Redis did not take the relay's step: ${message}`, {
    kind: 'operational',
    transient: true,
    cause: error,
  });
}
