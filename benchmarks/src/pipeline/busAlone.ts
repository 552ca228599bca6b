import { performance } from 'node:perf_hooks';
import { type BatchHandlers, type ConsumerOptions, createConsumer, drain } from '@trading/event-bus';
import type { PipelineSystem } from './pipelineSystem';

/** The services that listen, as the system lets them. */
const LISTENERS = ['strategy', 'execution', 'risk', 'analytics', 'notification', 'logging'] as const;

/**
 * The same deliveries with nothing done about them: for each service a second group, which hears what the first one hears
 * and leaves nothing but its checkpoint.
 *
 * @returns deliveries a second, over all that is in the log
 */
export async function measureBusAlone({ system }: PipelineSystem): Promise<number> {
  const consumers = LISTENERS.map((service) => {
    const { handlers, batchHandlers }: Pick<ConsumerOptions, 'handlers' | 'batchHandlers'> = system[service];
    const types = Object.keys({ ...handlers, ...batchHandlers });
    const ignore = async () => {};
    return createConsumer({
      group: `${service}.idle`,
      pool: system.pools[service],
      batchHandlers: Object.fromEntries(types.map((type) => [type, ignore])) as BatchHandlers,
    });
  });
  const started = performance.now();
  const deliveries = await drain(consumers, { pool: system.pools.event_bus });
  const elapsedMs = performance.now() - started;
  for (const consumer of consumers) await consumer[Symbol.asyncDispose]();
  return deliveries / (elapsedMs / 1_000);
}
