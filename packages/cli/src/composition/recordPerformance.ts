import { SERVICE_NAMES } from '@trading/database';
import type { Consumer } from '@trading/event-bus';
import type { LoggingService } from '@trading/logging';
import type { ServicePools } from './pools';

/** What is known of a piece of work when it is done. */
export interface WorkDone {
  readonly consumers: readonly Consumer[];
  readonly pools: ServicePools;
  readonly operation: string;
  readonly elapsedMs: number;
}

/** Writes a line of the performance log for each service: memory and CPU are the process's, which all of them share. */
export async function recordPerformance(
  logging: LoggingService,
  { consumers, pools, operation, elapsedMs }: WorkDone,
): Promise<void> {
  const { user, system } = process.cpuUsage();
  const memoryUsageMb = Math.round(process.memoryUsage.rss() / 1024 ** 2);
  const cpuUsagePercent = Math.min(100, (user + system) / 1000 / (process.uptime() * 10));
  for (const service of SERVICE_NAMES) {
    const figures = consumers.find(({ group }) => group === service)?.figures();
    await logging.recordPerformance({
      service,
      operation,
      executionTimeMs: Math.round(elapsedMs),
      memoryUsageMb,
      cpuUsagePercent,
      metadata: { pool: pools[service].figures(), ...(figures === undefined ? {} : { consumer: figures }) },
    });
  }
}
