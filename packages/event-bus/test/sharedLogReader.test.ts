import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { poolSql } from '@trading/database';
import type { TradingEvent } from '@trading/model';
import { type ConsumerOptions, createSharedLogReader, drain, type LogReader } from '../src';
import type { BusHarness } from './busHarness';
import { useBus } from './busSuite';
import { signal } from './events';

const suite = useBus();
let harness: BusHarness;
let log: LogReader;
beforeAll(() => {
  harness = suite.harness();
});
beforeEach(() => {
  log = createSharedLogReader(poolSql(harness.pool('event_bus')));
});

/** A consumer of its own group that reads through the shared reader, and what it has seen. */
function reader(group: 'strategy' | 'execution' | 'risk', options: Partial<ConsumerOptions> = {}) {
  const seen: TradingEvent[] = [];
  const consumer = suite.consumer({
    group,
    pool: harness.pool(group),
    log,
    batchSize: 2,
    handlers: { market_data_updated: async (event) => void seen.push(event) },
    ...options,
  });
  return { consumer, seen, symbols: () => seen.map(({ key }) => key) };
}

test('groups that share a reader get each event once and in order, wherever each of them is', async () => {
  const first = reader('strategy');
  const second = reader('execution');
  const deaf = reader('risk', { handlers: { trade_executed: async () => {} } });

  await harness.publishBars('A', 'B', 'C');
  await suite.drainAll(first.consumer, second.consumer, deaf.consumer);
  await harness.publishBars('D');
  await harness.publishBars('E');
  await suite.drainAll(first.consumer);
  await harness.publishBars('F', 'G', 'H');
  await suite.drainAll(first.consumer, deaf.consumer);
  await suite.drainAll(second.consumer);

  expect(first.symbols()).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']);
  expect(second.symbols()).toEqual(first.symbols());
});

test('who publishes nothing comes after the others', async () => {
  const order: string[] = [];
  const first = reader('strategy', {
    handlers: {
      market_data_updated: async (event, { publish }) => {
        order.push(`first ${event.key}`);
        publish('signal_generated', signal(event.data.symbol));
      },
    },
  });
  const take = async (events: readonly TradingEvent[]) =>
    void order.push(...events.map(({ type }) => `last ${type}`));
  const last = reader('execution', {
    batchSize: 10,
    handlers: {},
    batchHandlers: { market_data_updated: take, signal_generated: take },
  });

  await harness.publishBars('A', 'B', 'C');
  await drain([last.consumer, first.consumer], {
    pool: harness.pool('event_bus'),
    log,
    last: [last.consumer],
  });

  expect(order).toEqual([
    ...['first A', 'first B', 'first C'],
    ...Array(3).fill('last market_data_updated'),
    ...Array(3).fill('last signal_generated'),
  ]);
});

test('an event is read and checked once for all groups of a process, and none can change it for another', async () => {
  const first = reader('strategy');
  const second = reader('execution');

  await harness.publishBars('A');
  await suite.drainAll(first.consumer);
  await suite.drainAll(second.consumer);

  expect(first.seen).toHaveLength(1);
  expect(second.seen[0]).toBe(first.seen[0]);
  expect(() => Object.assign(first.seen[0]?.data ?? {}, { symbol: 'X' })).toThrow(TypeError);
});
