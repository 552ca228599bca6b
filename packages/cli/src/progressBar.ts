import { Presets, SingleBar } from 'cli-progress';

/** A bar on stderr for long work; nothing where stderr is no terminal, so that logs stay readable. */
export interface ProgressBar {
  start(total: number): void;
  /** @param note  shown behind the bar, e.g. the day that is being traded */
  update(value: number, note: string): void;
  stop(): void;
}

/** Makes a progress bar with the rate and the time left. */
export function createProgressBar(title: string, unit: string): ProgressBar {
  const bar = new SingleBar(
    {
      format: `${title} [{bar}] {percentage}% {value}/{total} ${unit}, {eta_formatted} left  {note}`,
      hideCursor: true,
      etaBuffer: 100,
      stream: process.stderr,
      noTTYOutput: false,
    },
    Presets.shades_classic,
  );
  return {
    start: (total) => bar.start(total, 0, { note: '' }),
    update: (value, note) => bar.update(value, { note }),
    stop: () => bar.stop(),
  };
}
