import { connectRedis, type RedisConnection, whenReady } from '@trading/event-bus';
import type { TradingEvent } from '@trading/model';
import type { Side, SideSettings } from './side';

const CHANNEL = 'bus_bench';
const STREAM = 'bus_bench:stream';
const READ_AT_ONCE = 1_000;
const NUMBER = '"inserted":';

/** What Redis and ioredis can do at most, with no effect: publish and subscribe. What nobody hears is lost. */
export async function openRawPubSub({ redisUrl }: SideSettings): Promise<Side> {
  const redis = await connect(redisUrl);
  return {
    ...publishing(redis, (pipeline, json) => pipeline.publish(CHANNEL, json)),
    async consume(effects) {
      const subscriber = await connect(redisUrl);
      subscriber.on('message', (_channel, json) => effects([numberIn(json)]));
      await subscriber.subscribe(CHANNEL);
      return async () => subscriber.disconnect();
    },
  };
}

/** The limit of streams: XADD in pipelines, XREAD of many. */
export async function openRawStream({ redisUrl }: SideSettings): Promise<Side> {
  const redis = await connect(redisUrl);
  return {
    ...publishing(redis, (pipeline, json) => pipeline.xadd(STREAM, '*', 'event', json)),
    async consume(effects) {
      const reader = await connect(redisUrl);
      let stopped = false;
      // A disconnect ends the reading with an error; before it, an error ends the measurement.
      const reading = readOn(reader, effects).catch((error: unknown) => {
        if (!stopped) throw error;
      });
      return async () => {
        stopped = true;
        reader.disconnect();
        await reading;
      };
    },
  };
}

type Pipeline = ReturnType<RedisConnection['pipeline']>;

function publishing(redis: RedisConnection, add: (pipeline: Pipeline, json: string) => unknown) {
  const publishAll = async (events: readonly TradingEvent[]) => {
    const pipeline = redis.pipeline();
    for (const event of events) add(pipeline, JSON.stringify(event));
    await pipeline.exec();
  };
  return {
    publishAll,
    publishOne: (event: TradingEvent) => publishAll([event]),
  };
}

async function readOn(reader: RedisConnection, effects: (numbers: number[]) => void): Promise<never> {
  let last = '0';
  for (;;) {
    const reply = await reader.xread('COUNT', READ_AT_ONCE, 'BLOCK', 100, 'STREAMS', STREAM, last);
    const entries = reply?.[0]?.[1] ?? [];
    last = entries.at(-1)?.[0] ?? last;
    effects(entries.map(([, fields]) => numberIn(fields[1] ?? '')));
  }
}

/** Without reading the rest: what a limit does more than the least is no limit. */
function numberIn(json: string): number {
  const from = json.indexOf(NUMBER) + NUMBER.length;
  return Number(json.slice(from, json.indexOf(',', from)));
}

async function connect(url: string): Promise<RedisConnection> {
  const connection = connectRedis(url);
  await whenReady(connection);
  return connection;
}
