import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { newsOf } from './events';
import { openRelay } from './ours';
import type { ConsumeOptions, Side, SideSettings } from './side';
import { SIDES } from './sides';

// One process of the benchmark `bus`: publishes or consumes for one contender, or relays, as its parent asks.

/** What the parent may ask of the process. Times are ms since 1970, of a clock that all processes share. */
export interface Questions {
  /** Publishes events as quickly as it can; when the first was begun. */
  publish(count: number, atOnce: number): Promise<{ startedAt: number }>;
  /** Publishes one event after another at a steady rate; when each was committed. */
  publishSteadily(count: number, perSecond: number): Promise<{ committedAt: number[] }>;
  /** Begins to consume, ahead of events that are not published yet. */
  startConsuming(options: ConsumeOptions): Promise<void>;
  /** When the first `count` effects of each group were committed since consuming began, in all and by event. */
  effects(count: number): Promise<{ startedAt: number; endedAt: number; committedAt: number[] }>;
  stopConsuming(): Promise<void>;
  startRelay(): Promise<void>;
  stopRelay(): Promise<void>;
}

/** A question on its way to the process. */
export interface Asked {
  readonly id: number;
  readonly question: keyof Questions;
  readonly values: unknown[];
}

/** Its answer. */
export interface Answered {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

/** How often a steady publisher looks whether the next event is due, ms. */
const TICK_MS = 1;

const now = () => performance.timeOrigin + performance.now();

class ContenderProcess implements Questions {
  readonly #settings: SideSettings;
  #side: Promise<Side> | undefined;
  #stopConsuming: (() => Promise<void>) | undefined;
  #stopRelay: (() => Promise<void>) | undefined;
  #startedAt = 0;
  #endedAt = 0;
  #done = 0;
  #committedAt: number[] = [];
  #reached: { readonly count: number; readonly resolve: () => void } | undefined;

  constructor(settings: SideSettings) {
    this.#settings = settings;
  }

  async publish(count: number, atOnce: number) {
    const side = await this.#open();
    const startedAt = now();
    for (let first = 0; first < count; first += atOnce)
      await side.publishAll(newsOf(first, Math.min(atOnce, count - first)));
    return { startedAt };
  }

  async publishSteadily(count: number, perSecond: number) {
    const side = await this.#open();
    const events = newsOf(0, count);
    const committedAt: number[] = [];
    const publishing: Promise<void>[] = [];
    const startedAt = now();
    while (publishing.length < count) {
      const due = Math.min(count, Math.floor(((now() - startedAt) * perSecond) / 1_000));
      for (const event of events.slice(publishing.length, due)) {
        const number = publishing.length;
        publishing.push(
          side.publishOne(event).then(() => {
            committedAt[number] = now();
          }),
        );
      }
      await delay(TICK_MS);
    }
    await Promise.all(publishing);
    return { committedAt };
  }

  async startConsuming(options: ConsumeOptions) {
    const side = await this.#open();
    this.#done = 0;
    this.#committedAt = [];
    this.#startedAt = now();
    this.#stopConsuming = await side.consume((numbers) => this.#note(numbers), options);
  }

  async effects(count: number) {
    if (this.#done < count) {
      await new Promise<void>((resolve) => {
        this.#reached = { count, resolve };
      });
    }
    return { startedAt: this.#startedAt, endedAt: this.#endedAt, committedAt: this.#committedAt };
  }

  async stopConsuming() {
    await this.#stopConsuming?.();
  }

  async startRelay() {
    this.#stopRelay = await openRelay(this.#settings);
  }

  async stopRelay() {
    await this.#stopRelay?.();
  }

  #open(): Promise<Side> {
    this.#side ??=
      SIDES[this.#settings.side]?.(this.#settings) ?? Promise.reject(new RangeError('no such side'));
    return this.#side;
  }

  #note(numbers: readonly number[]): void {
    const at = now();
    for (const number of numbers) this.#committedAt[number] = at;
    this.#done += numbers.length;
    this.#endedAt = at;
    if (this.#reached !== undefined && this.#done >= this.#reached.count) {
      this.#reached.resolve();
      this.#reached = undefined;
    }
  }
}

const contender = new ContenderProcess(JSON.parse(process.argv[2] ?? '{}'));

async function answer({ id, question, values }: Asked): Promise<Answered> {
  try {
    const method = contender[question] as (...values: unknown[]) => Promise<unknown>;
    return { id, answer: await method.apply(contender, values) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

process.on('message', (asked: Asked) => {
  void answer(asked).then((answered) => {
    process.send?.(answered);
  });
});
// The parent is gone.
process.on('disconnect', () => process.exit());
