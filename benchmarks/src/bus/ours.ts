import { createServicePool, inTransaction, poolSql } from '@trading/database';
import {
  type BatchHandlers,
  connectRedis,
  createConsumer,
  createPublisher,
  createRelay,
  createWakeUp,
  whenReady,
} from '@trading/event-bus';
import type { EventType, TradingEvent } from '@trading/model';
import { manyEffects } from './effects';
import { EVENT_TYPE } from './events';
import { numberOf, type Side, type SideSettings } from './side';

/** The bus. */
export async function openOurs(settings: SideSettings): Promise<Side> {
  const publishing = createServicePool({ service: 'ingestion', url: settings.publisherUrl });
  const consuming = createServicePool({ service: 'analytics', url: settings.consumerUrl });
  const wakeUp = createWakeUp({ pool: publishing });
  const publisher = createPublisher({ service: 'ingestion', onPublished: () => wakeUp.signal() });
  return {
    publishAll: (events) =>
      inTransaction(publishing, async (tx) => {
        await publisher.publishAll(tx, events.map(requestOf));
      }),
    async publishOne(event) {
      const { type, data } = requestOf(event);
      await publisher.publish(poolSql(publishing), type, data);
    },
    async consume(effects, { groups = 1, types = [EVENT_TYPE] }) {
      const wakeUp = createWakeUp({ pool: consuming });
      const consumers = Array.from({ length: groups }, (_, index) => {
        const group = groupOf(index);
        let inHand: number[] = [];
        const handle = async (events: readonly TradingEvent[], { tx }: Parameters<AnyBatchHandler>[1]) => {
          const { text, values } = manyEffects(group, events, 'exactly once');
          await tx.query(text, values, 'effects');
          for (const event of events) inHand.push(numberOf(event.data));
        };
        return createConsumer({
          group,
          pool: consuming,
          handlers: {},
          batchHandlers: Object.fromEntries(types.map((type) => [type, handle])) as BatchHandlers,
          onStep(step) {
            if (step === 'claimed') inHand = [];
            if (step === 'committed') effects(inHand);
          },
          wakeUp,
        });
      });
      for (const consumer of consumers) consumer.start();
      return async () => {
        for (const consumer of consumers) await consumer[Symbol.asyncDispose]();
        await wakeUp[Symbol.asyncDispose]();
      };
    },
  };
}

/** The name of a consumer group by its number. */
export const groupOf = (index: number) => `analytics.bench${index}`;

type AnyBatchHandler = NonNullable<BatchHandlers[EventType]>;

function requestOf({ type, data }: TradingEvent) {
  return { type, data } as { type: typeof EVENT_TYPE; data: TradingEvent<typeof EVENT_TYPE>['data'] };
}

/** Moves events from the log to Redis until it is told to stop. */
export async function openRelay({ busUrl, redisUrl }: SideSettings): Promise<() => Promise<void>> {
  const pool = createServicePool({ service: 'event_bus', url: busUrl });
  const redis = connectRedis(redisUrl);
  await whenReady(redis);
  const wakeUp = createWakeUp({ pool });
  const relay = createRelay({ pool, redis, wakeUp });
  relay.start();
  return async () => {
    await relay.stop();
    await wakeUp[Symbol.asyncDispose]();
    redis.disconnect();
    await pool.end();
  };
}
