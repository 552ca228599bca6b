import type { LoggingService } from '@trading/logging';
import type { SystemFigures } from './systemFigures';

/** A piece of work that is done. */
export interface WorkDone {
  readonly operation: string;
  readonly elapsedMs: number;
}

/**
 * Writes a line of the performance log for each service: what its consumer handled, tried again and gave up, and its
 * connections; for the bus, how much is published, relayed, and waiting in each group. Memory and CPU are the process's,
 * which all of them share.
 */
export async function recordPerformance(
  logging: LoggingService,
  { consumers, relay, pools, bus }: SystemFigures,
  { operation, elapsedMs }: WorkDone,
): Promise<void> {
  const { user, system } = process.cpuUsage();
  const memoryUsageMb = Math.round(process.memoryUsage.rss() / 1024 ** 2);
  const cpuUsagePercent = Math.min(100, (user + system) / 1000 / (process.uptime() * 10));
  const { groups, publishedLastMinute } = bus;
  for (const pool of pools) {
    const { service } = pool;
    const consumer = consumers.find(({ group }) => group === service);
    await logging.recordPerformance({
      service,
      operation,
      executionTimeMs: Math.round(elapsedMs),
      memoryUsageMb,
      cpuUsagePercent,
      metadata: {
        pool,
        ...(consumer === undefined ? {} : { consumer }),
        ...(service === 'event_bus'
          ? { bus: { publishedLastMinute, groups, ...(relay === undefined ? {} : { relay }) } }
          : {}),
      },
    });
  }
}
