import type { ServicePool } from '@trading/database';
import { connectRedis, createRelay, type RelayFigures, type WakeUp, whenReady } from '@trading/event-bus';
import { isTradingError } from '@trading/model';

/** Moves events to Redis in the background, for whoever listens there. */
export interface Announcer extends AsyncDisposable {
  /** Waits until every event that is committed by now was moved. */
  catchUp(): Promise<void>;
  figures(): RelayFigures;
}

/**
 * Starts a relay where there is Redis; none otherwise. A Redis that goes away is a warning, not an error: the services
 * of this process read the log itself.
 */
export function openAnnouncer(
  redisUrl: string | undefined,
  pool: ServicePool,
  wakeUp: WakeUp,
  onWarning: (message: string) => void,
): Announcer | undefined {
  if (redisUrl === undefined) return undefined;
  const redis = connectRedis(redisUrl);
  const relay = createRelay({
    pool,
    redis,
    wakeUp,
    onError: (error) => onWarning(`Redis: ${error.message}`),
  });
  const ready = whenReady(redis)
    .catch((error: Error) => onWarning(`Redis: ${error.message}`))
    .then(() => relay.start());
  return {
    async catchUp() {
      await ready;
      try {
        while ((await relay.runOnce()) > 0);
      } catch (error) {
        if (!isTradingError(error)) throw error;
        onWarning(`events were not announced on Redis: ${error.message}`);
      }
    },
    figures: () => relay.figures(),
    async [Symbol.asyncDispose]() {
      await ready;
      await relay.stop();
      redis.disconnect();
    },
  };
}
