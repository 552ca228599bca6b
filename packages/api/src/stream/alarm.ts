/** Wakes all who wait, at once and each once. */
export interface Alarm {
  /** Settles at the next wake-up from now, at the latest after the interval, and when the signal aborts. */
  next(signal: AbortSignal): Promise<void>;
  close(): void;
}

/**
 * One timer and one subscription for however many wait.
 *
 * @param listen  calls back when there may be something; returns what ends that
 */
export function createAlarm(intervalMs: number, listen: (callback: () => void) => () => void): Alarm {
  let waiting = new Set<() => void>();
  const ring = () => {
    const all = waiting;
    waiting = new Set();
    for (const wake of all) wake();
  };
  const unlisten = listen(ring);
  const timer = setInterval(ring, intervalMs);
  return {
    next: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const wake = () => {
          signal.removeEventListener('abort', wake);
          waiting.delete(wake);
          resolve();
        };
        signal.addEventListener('abort', wake);
        waiting.add(wake);
      }),
    close() {
      clearInterval(timer);
      unlisten();
      ring();
    },
  };
}
