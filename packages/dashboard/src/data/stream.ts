import { signal } from '@preact/signals';
import type { LiveEvent } from './answers';
import { EVENT_TYPES } from './eventTypes';
import { refreshAfter, refreshAll } from './query';
import { urlOf } from './request';

/** Whether events come as they happen. */
export const liveness = signal<'connecting' | 'live' | 'lost'>('connecting');

/** The last events, youngest first. */
export const lately = signal<readonly LiveEvent[]>([]);

const KEPT = 400;
/** Events come in bursts: the page changes a few times a second at most. */
const SETTLE_MS = 250;
const RETRY_MS = [500, 1_000, 2_000, 5_000, 10_000];

/**
 * Follows the live stream, and asks again for what its events change. A connection that breaks goes on behind the last event
 * that came; when the log no longer reaches back to that, everything is asked for again.
 *
 * @returns ends it
 */
export function followEvents(): () => void {
  let source: EventSource | undefined;
  let lastEventId: string | undefined;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let flush: ReturnType<typeof setTimeout> | undefined;
  let fresh: LiveEvent[] = [];

  const settle = () => {
    flush = undefined;
    const types = new Set(fresh.map(({ type }) => type));
    lately.value = [...fresh.reverse(), ...lately.value].slice(0, KEPT);
    fresh = [];
    refreshAfter(types);
  };
  const heard = ({ data, lastEventId: id }: MessageEvent<string>) => {
    lastEventId = id;
    fresh.push(JSON.parse(data) as LiveEvent);
    flush ??= setTimeout(settle, SETTLE_MS);
  };
  const begin = () => {
    source = new EventSource(urlOf('/v1/events', { lastEventId }));
    source.addEventListener('ready', ({ lastEventId: id }) => {
      // What changed while nobody listened is told by no event, unless the stream goes on behind the last one.
      if (lastEventId === undefined || failures > 0) refreshAll();
      lastEventId ??= id;
      failures = 0;
      liveness.value = 'live';
    });
    source.addEventListener('reset', ({ lastEventId: id }) => {
      lastEventId = id;
      failures = 0;
      liveness.value = 'live';
      lately.value = [];
      refreshAll();
    });
    for (const type of EVENT_TYPES) source.addEventListener(type, heard);
    source.onerror = () => {
      source?.close();
      liveness.value = 'lost';
      retry = setTimeout(begin, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
      failures += 1;
    };
  };
  begin();
  return () => {
    source?.close();
    clearTimeout(retry);
    clearTimeout(flush);
    lately.value = [];
    liveness.value = 'connecting';
  };
}
