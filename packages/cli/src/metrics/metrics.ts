import type { SystemFigures } from '@trading/system';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** One value, and what it is of. */
interface Sample {
  readonly of?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric: its help text, and how it is read from the figures. Names that end in `_total` are counters. */
type Metric = readonly [help: string, read: (figures: SystemFigures) => readonly Sample[]];

const ofGroups = (value: (group: SystemFigures['bus']['groups'][number]) => number) => {
  return ({ bus }: SystemFigures) =>
    bus.groups.map((group) => ({ of: { group: group.group }, value: value(group) }));
};
const ofConsumers = (value: (consumer: SystemFigures['consumers'][number]) => number) => {
  return ({ consumers }: SystemFigures) =>
    consumers.map((consumer) => ({ of: { group: consumer.group }, value: value(consumer) }));
};
const ofPools = (value: (pool: SystemFigures['pools'][number]) => number) => {
  return ({ pools }: SystemFigures) =>
    pools.map((pool) => ({ of: { service: pool.service }, value: value(pool) }));
};
const ofRelay = (value: (relay: NonNullable<SystemFigures['relay']>) => number) => {
  return ({ relay }: SystemFigures) => (relay === undefined ? [] : [{ value: value(relay) }]);
};

const METRICS: Readonly<Record<string, Metric>> = {
  // The whole bus: the same from every process.
  trading_bus_published_last_minute: [
    'Events published within the last minute',
    ({ bus }) => [{ value: bus.publishedLastMinute }],
  ],
  trading_bus_hidden_events: [
    'Committed events that open transactions keep from everyone',
    ({ bus }) => [{ value: bus.horizon.hiddenEvents }],
  ],
  trading_bus_hidden_seconds: [
    'Since the first of them was published',
    ({ bus }) => [{ value: bus.horizon.hiddenSeconds }],
  ],
  trading_bus_lag_events: [
    'Events that the group is behind, of the first 100,000',
    ofGroups((group) => group.eventsBehind),
  ],
  trading_bus_lag_seconds: [
    'Since the first of them was published',
    ofGroups((group) => group.secondsBehind),
  ],
  trading_bus_parked_events: [
    'Events that failed and are to be tried again, and those that wait for them',
    ofGroups((group) => group.eventsParked),
  ],
  trading_bus_dead_letters: ['Dead letters that are not resolved', ofGroups((group) => group.deadLetters)],
  trading_bus_relay_lag_events: [
    'Events that were not moved to Redis yet, of the first 100,000',
    ({ bus: { relay } }) => (relay === undefined ? [] : [{ value: relay.eventsBehind }]),
  ],
  // This process.
  trading_consumer_running: [
    '1 while the consumer runs, 0 where it is stopped or halted',
    ofConsumers((consumer) => Number(consumer.state === 'running')),
  ],
  trading_consumer_handled_total: [
    'Events whose effect was committed',
    ofConsumers((consumer) => consumer.handled),
  ],
  trading_consumer_published_total: [
    'Events that handlers published',
    ofConsumers((consumer) => consumer.published),
  ],
  trading_consumer_retries_total: [
    'Failed attempts that were followed by another',
    ofConsumers((consumer) => consumer.retries),
  ],
  trading_consumer_dead_total: [
    'Events that went to the dead letters',
    ofConsumers((consumer) => consumer.dead),
  ],
  trading_relay_leading: [
    '1 where this process moves events to Redis',
    ofRelay((relay) => Number(relay.state === 'leading')),
  ],
  trading_relay_relayed_total: ['Events moved to Redis', ofRelay((relay) => relay.relayed)],
  trading_relay_rebuilt_total: [
    'How often streams were begun anew because Redis had lost them',
    ofRelay((relay) => relay.rebuilt),
  ],
  trading_relay_failures_total: ['Steps of the relay that failed', ofRelay((relay) => relay.failures)],
  trading_pool_connections: ['Connections that are open', ofPools((pool) => pool.size)],
  trading_pool_connections_idle: ['Connections that nobody uses', ofPools((pool) => pool.idle)],
  trading_pool_connections_max: ['Connections that the pool may open', ofPools((pool) => pool.max)],
  trading_pool_waiting: ['Callers that wait for a connection', ofPools((pool) => pool.waiting)],
  trading_pool_acquired_total: ['Connections handed out', ofPools((pool) => pool.acquired)],
  trading_pool_wait_seconds_total: ['Waited for connections', ofPools((pool) => pool.waitMsTotal / 1_000)],
  trading_pool_checks_failed_total: [
    'Idle connections that turned out dead when checked',
    ofPools((pool) => pool.checksFailed),
  ],
};

/** Figures as Prometheus reads them. */
export interface Metrics {
  readonly contentType: string;
  /** @throws what reading the figures throws */
  read(): Promise<string>;
}

/** Metrics of a system that says its figures when it is asked, and those of the process: CPU, memory, event loop. */
export function createMetrics(figures: () => Promise<SystemFigures>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const written = Object.entries(METRICS).map(([name, [help, read]]) => ({
    write: writer(registry, name, help),
    read,
  }));
  return {
    contentType: registry.contentType,
    async read() {
      const now = await figures();
      for (const { write, read } of written) write(read(now));
      return registry.metrics();
    },
  };
}

function writer(registry: Registry, name: string, help: string): (samples: readonly Sample[]) => void {
  const labelNames = ['group', 'service'];
  const options = { name, help, labelNames, registers: [registry] };
  if (name.endsWith('_total')) {
    const counter = new Counter(options);
    return (samples) => {
      counter.reset();
      for (const { of = {}, value } of samples) counter.inc(of, value);
    };
  }
  const gauge = new Gauge(options);
  return (samples) => {
    gauge.reset();
    for (const { of = {}, value } of samples) gauge.set(of, value);
  };
}
