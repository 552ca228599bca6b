/** Does some work again and again, with a pause between, until it is stopped. */
export interface Repeated {
  start(): void;
  /** Waits for the work in hand. */
  stop(): Promise<void>;
}

/** Makes a loop; errors are told and the next round comes all the same. */
export function createRepeated(options: {
  readonly work: () => Promise<unknown>;
  readonly pauseMs: number;
  readonly onError: (error: unknown) => void;
}): Repeated {
  let running: Promise<void> | undefined;
  let stopping = false;
  let wake = () => {};
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, options.pauseMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async () => {
    while (!stopping) {
      await options.work().catch(options.onError);
      if (!stopping) await pause();
    }
  };
  return {
    start() {
      if (running !== undefined) return;
      stopping = false;
      running = run();
    },
    async stop() {
      stopping = true;
      wake();
      await running;
      running = undefined;
    },
  };
}
