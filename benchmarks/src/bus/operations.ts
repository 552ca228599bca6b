import { performance } from 'node:perf_hooks';
import { createServicePool, poolSql, type ServicePool } from '@trading/database';
import { applyRetention, planRetention, readBusLag, replayEvents, tailEvents } from '@trading/event-bus';
import { median } from '../result';
import { fillLog } from './backlog';
import type { BusServers } from './busServers';

/** How often each is done; the median counts. */
const TIMES = 7;
/** Events that a replay brings again. */
const REPLAYED = 1_000;
const DAY_MS = 86_400_000;

/** Not a question: done once, of the partition that was filled. */
export const CLOSING = 'closing a partition';

/** What an operator asks of the bus, as `trading bus` does it. `status` also counts the last minute's events, however long the log. */
const OPERATIONS: Readonly<
  Record<string, (pool: ServicePool, group: string, since: Date) => Promise<unknown>>
> = {
  lag: (pool) => readBusLag(poolSql(pool)),
  tail: async (pool) => {
    for await (const _ of tailEvents(poolSql(pool)));
  },
  'retention plan': (pool) => planRetention(poolSql(pool), new Date()),
  replay: (pool, group, time) => replayEvents(pool, { group, from: { time } }),
};

/** The medians of what an operator's questions take, ms, where a group has read the log up to its end. */
export async function operationsMs(servers: BusServers, group: string): Promise<Record<string, number>> {
  const pool = createServicePool({ service: 'event_bus', url: servers.server.serviceUrl('event_bus') });
  try {
    // It closes the partition that was just filled, and drops none: the group has read it, but it is too young.
    const rotating = performance.now();
    await applyRetention(poolSql(pool), new Date(Date.now() - DAY_MS));
    const rotation = performance.now() - rotating;
    const since = new Date();
    await fillLog(servers.admin, REPLAYED, ['market_data_updated']);
    await servers.settle();
    const took: Record<string, number> = { [CLOSING]: rotation };
    for (const [name, ask] of Object.entries(OPERATIONS)) {
      const times: number[] = [];
      for (let time = 0; time < TIMES; time += 1) {
        await servers.beginAtEnd(group);
        const began = performance.now();
        await ask(pool, group, since);
        times.push(performance.now() - began);
      }
      took[name] = median(times);
    }
    return took;
  } finally {
    await pool.end();
  }
}
