import type { ServicePool, Sql } from '@trading/database';
import { EVENT_TYPES, isTradingError, TradingError } from '@trading/model';
import { type Backoff, backoffMs, DEFAULT_BACKOFF } from '../consumer/backoff';
import { InterruptibleWait } from '../consumer/waiting';
import { comparePositions, type LogPosition, ORIGIN } from '../logPosition';
import type { RedisConnection } from '../redis/connect';
import { typeOfEnvelope } from '../redis/envelope';
import { type BusKeys, busKeys, entryId, entryPosition, OWNER_KEY } from '../redis/keys';
import { type RelayScripts, relayScripts } from '../redis/scripts';
import { readFloor } from '../sql/readFloor';
import { readPositionBeforeLast } from '../sql/readLatest';
import { readEnvelopes } from '../sql/readOutbox';
import { readSystemId } from '../sql/readSystemId';
import { isInLog, readRelayCheckpoint, storeRelayCheckpoint } from '../sql/relayCheckpoint';
import type { WakeUp } from '../wakeUp';
import { Leadership } from './leadership';

/** Where a step of the relay is: events read, added to Redis, the checkpoint stored, or the streams begun anew. */
export type RelayStep = 'read' | 'moved' | 'stored' | 'rebuilding';

/** How a relay is made. */
export interface RelayOptions {
  /** The bus's own pool. */
  readonly pool: ServicePool;
  /** The relay's own connection; whoever opened it closes it. */
  readonly redis: RedisConnection;
  /** Events in one step at most. 1000. */
  readonly batchSize?: number;
  /** JSON in one step at most, bytes: Redis does nothing else meanwhile. 4 MB; a larger event goes alone. */
  readonly batchBytes?: number;
  /** Entries that a stream keeps, about; a stream that Redis lost is filled again with so many events. 10,000. */
  readonly streamLength?: number;
  /** The longest wait between two looks while there is nothing to do, ms. 250. */
  readonly pollMs?: number;
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
  readonly checkpoint: string | null;
}

/** Moves committed events from the log to Redis, in commit order. Several may run: one leads. */
export interface Relay {
  /**
   * Moves the next range.
   *
   * @returns how many events were moved; 0 where there were none, or another relay leads
   * @throws TradingError `DATABASE.*`, `REDIS.UNAVAILABLE`, `REDIS.OTHER_SYSTEM` where it carries another system's events
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
  readonly position: LogPosition;
  readonly type: string;
  /** The JSON of its `Envelope`. */
  readonly envelope: string;
}

/** Some events that follow one another in the log. */
interface RelayedRange {
  readonly events: readonly RelayedEvent[];
  /** Whether more may follow at once. */
  readonly full: boolean;
}

/** The system whose events it moves. */
interface System {
  readonly id: string;
  readonly keys: BusKeys;
}

/** A few megabytes a stream: outsiders that were away for a while find what they missed. */
const DEFAULT_LENGTH = 10_000;

/** Makes a relay; it does nothing until `start` or `runOnce`. */
export function createRelay(options: RelayOptions): Relay {
  return new StreamRelay(options);
}

class StreamRelay implements Relay {
  readonly #options: RelayOptions;
  readonly #scripts: RelayScripts;
  readonly #leadership: Leadership;
  readonly #idle = new InterruptibleWait();
  #leads = false;
  #system: System | undefined;
  #checkpoint: LogPosition | undefined;
  /** Whether the last look stopped for its limit. */
  #more = false;
  #ahead: { readonly after: LogPosition; readonly range: Promise<RelayedRange | undefined> } | undefined;
  /** Events up to here were announced: when streams are rebuilt they are not announced again. */
  #announced: LogPosition | undefined;
  #figures = { relayed: 0, announced: 0, rebuilt: 0, failures: 0, lastError: null as string | null };
  #last: Promise<unknown> = Promise.resolve();
  #loop: Promise<void> | undefined;
  #stopping = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#scripts = relayScripts(options.redis);
    this.#leadership = new Leadership(options.pool, 'relay');
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
      checkpoint: this.#checkpoint === undefined ? null : entryId(this.#checkpoint),
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
      const system = this.#system ?? (await this.#findSystem(sql));
      const checkpoint = this.#checkpoint ?? (await this.#findCheckpoint(sql, system));
      const events = await this.#read(sql, checkpoint);
      if (events.length > 0) this.#options.onStep?.('read');
      return await this.#move(sql, system, checkpoint, events);
    } catch (error) {
      // Where a step stopped is looked up again, and who leads is for PostgreSQL to say.
      this.#resign();
      throw isTradingError(error) ? error : unavailable(error);
    }
  }

  async #findSystem(sql: Sql): Promise<System> {
    const id = await readSystemId(sql);
    this.#system = { id, keys: busKeys(id) };
    return this.#system;
  }

  /** The next events; while they are on their way to Redis, those behind them are read. */
  async #read(sql: Sql, position: LogPosition): Promise<readonly RelayedEvent[]> {
    const { after, range } = this.#ahead ?? {};
    this.#ahead = undefined;
    const known = after !== undefined && comparePositions(after, position) === 0 ? await range : undefined;
    const { events, full } = known ?? (await this.#readBehind(sql, position));
    const step = this.#withinBytes(events);
    const reached = step.at(-1)?.position;
    this.#more = full || step.length < events.length;
    if (full && reached !== undefined && step.length === events.length) {
      // What fails here is read again when it is due, and fails then.
      const ahead = this.#readBehind(sql, reached).catch(() => undefined);
      this.#ahead = { after: reached, range: ahead };
    }
    return step;
  }

  async #readBehind(sql: Sql, position: LogPosition): Promise<RelayedRange> {
    const { events, full } = await readEnvelopes(sql, position, null, this.#options.batchSize ?? 1_000);
    return {
      full,
      events: events.flatMap(({ position, envelope }) =>
        envelope === undefined ? [] : { position, envelope, type: typeOfEnvelope(envelope) },
      ),
    };
  }

  /**
   * Where to go on. The checkpoint in PostgreSQL is what counts. What Redis says is only a reason to go back a little and
   * add again what it has lost, never one to pass events over.
   */
  async #findCheckpoint(sql: Sql, system: System): Promise<LogPosition> {
    const { streamLength = DEFAULT_LENGTH, onStep } = this.#options;
    const stored = await readRelayCheckpoint(sql);
    const first = stored ?? (await readFloor(sql)) ?? ORIGIN;
    this.#announced = later(this.#announced ?? first, first);
    const before = await this.#begin(system, first);
    const oldest = earlier(first, await readPositionBeforeLast(sql, streamLength, []));
    let start = before === undefined ? oldest : later(oldest, earlier(before, first));
    if (before === undefined || !(await this.#isOfThisLog(sql, system, first))) {
      // Redis was emptied, or the database fell back to an older copy of itself: what the streams hold never happened.
      await this.#options.redis.unlink(...EVENT_TYPES.map((type) => system.keys.stream(type)));
      start = stored === undefined ? first : oldest;
      if (stored !== undefined) this.#figures.rebuilt += 1;
      onStep?.('rebuilding');
    }
    await this.#begin(system, start);
    this.#checkpoint = start;
    return start;
  }

  /** Sets the fence. @returns where it was; undefined where Redis knows nothing of it */
  async #begin({ id, keys }: System, checkpoint: LogPosition): Promise<LogPosition | undefined> {
    const [owner, before] = await this.#scripts.begin([keys.owner, keys.relay], [id, entryId(checkpoint)]);
    if (owner !== id) throw otherSystem(owner, id);
    return before === '' ? undefined : entryPosition(before);
  }

  /** Whether each stream ends with an event that the log has, as far as it goes beyond the checkpoint. */
  async #isOfThisLog(sql: Sql, { keys }: System, checkpoint: LogPosition): Promise<boolean> {
    for (const type of EVENT_TYPES) {
      const [last] = await this.#options.redis.xrevrange(keys.stream(type), '+', '-', 'COUNT', 1);
      if (last === undefined) continue;
      const end = entryPosition(last[0]);
      if (comparePositions(end, checkpoint) > 0 && !(await isInLog(sql, end))) return false;
    }
    return true;
  }

  async #move(
    sql: Sql,
    { id, keys }: System,
    checkpoint: LogPosition,
    events: readonly RelayedEvent[],
  ): Promise<number> {
    const { streamLength = DEFAULT_LENGTH, onStep } = this.#options;
    const reached = events.at(-1)?.position ?? checkpoint;
    const types = [...new Set(events.map((event) => event.type))];
    const announceAfter = this.#announced ?? ORIGIN;
    const firstNew = events.findIndex((event) => comparePositions(event.position, announceAfter) > 0);
    const known = firstNew === -1 ? events.length : firstNew;
    const lines = events.map(
      ({ type, position, envelope }) => `${types.indexOf(type) + 1} ${entryId(position)} ${envelope}\n`,
    );
    const range = [entryId(checkpoint), entryId(reached)];
    const announced = await this.#scripts
      .move(
        [keys.owner, keys.relay, ...types.map((type) => keys.stream(type))],
        [id, ...range, String(known), String(streamLength), lines.join(''), ...types],
      )
      .catch(async (error: Error) => {
        if (error.message.includes('OOM')) await this.#makeRoom(keys);
        throw error;
      });
    const repeated = announced === null ? 0 : events.length - known - announced;
    if (announced === null || (repeated > 0 && !(await this.#isOfThisLog(sql, { id, keys }, reached)))) {
      // Redis was emptied or fell back, another relay has moved on, or someone wrote into a stream: look again.
      this.#checkpoint = undefined;
      this.#ahead = undefined;
      return events.length;
    }
    this.#checkpoint = reached;
    this.#announced = later(announceAfter, reached);
    this.#figures.relayed += events.length;
    this.#figures.announced += announced;
    if (events.length === 0) return 0;
    onStep?.('moved');
    await storeRelayCheckpoint(sql, reached);
    onStep?.('stored');
    return events.length;
  }

  /** Redis is full, which large events can do: old entries go, so that new ones are announced at all. The step is tried again. */
  async #makeRoom(keys: BusKeys): Promise<void> {
    for (const type of EVENT_TYPES) {
      const stream = keys.stream(type);
      await this.#options.redis.xtrim(stream, 'MAXLEN', (await this.#options.redis.xlen(stream)) >> 1);
    }
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

  #resign(): void {
    this.#leadership.resign();
    this.#leads = false;
    this.#checkpoint = undefined;
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

function later(a: LogPosition, b: LogPosition): LogPosition {
  return comparePositions(a, b) > 0 ? a : b;
}

function earlier(a: LogPosition, b: LogPosition): LogPosition {
  return comparePositions(a, b) < 0 ? a : b;
}

function otherSystem(owner: string, id: string): TradingError {
  return new TradingError(
    'REDIS.OTHER_SYSTEM',
    `This Redis carries the events of another system (${owner}; this one is ${id}), and both would be announced on the same channels: give each its own Redis. Where the other is gone for good, delete the key ${OWNER_KEY}`,
    { kind: 'operational', details: { owner, id } },
  );
}

function unavailable(error: unknown): TradingError {
  const message = error instanceof Error ? error.message : String(error);
  return new TradingError('REDIS.UNAVAILABLE', `Redis did not take the relay's step: ${message}`, {
    kind: 'operational',
    transient: true,
    cause: error,
  });
}
