import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { type Consumer, type ConsumerOptions, createConsumer, drain } from '../src';
import { type BusHarness, createBusHarness } from './busHarness';

/** The bus of a test file. */
export interface BusSuite {
  /** From the first `beforeAll` on. */
  harness(): BusHarness;
  /** A consumer of the group `strategy` unless told otherwise; stopped when the test ends. */
  consumer(options: Partial<ConsumerOptions>): Consumer;
  /** Runs consumers until nothing is left for them; returns how many events they handled. */
  drainAll(...consumers: Consumer[]): Promise<number>;
}

/** Makes a bus before the file's tests and empties it before each. */
export function useBus(defaults: Partial<ConsumerOptions> = {}): BusSuite {
  let harness: BusHarness;
  const open: Consumer[] = [];
  beforeAll(async () => {
    harness = await createBusHarness();
  });
  beforeEach(() => harness.clear());
  afterEach(async () => {
    for (const consumer of open.splice(0)) await consumer[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await harness?.[Symbol.asyncDispose]();
  });
  return {
    harness: () => harness,
    consumer(options) {
      const made = createConsumer({
        group: 'strategy',
        pool: harness.pool('strategy'),
        backoff: { firstMs: 1, maxMs: 5 },
        // Whoever is slow is not at fault, unless that is what the test is about.
        handlerTimeoutMs: 600_000,
        handlers: {},
        ...defaults,
        ...options,
      });
      open.push(made);
      return made;
    },
    drainAll: (...consumers) => drain(consumers, { pool: harness.pool('event_bus') }),
  };
}
