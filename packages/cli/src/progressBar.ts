import { Format, type Options, Presets, SingleBar } from 'cli-progress';
import { forTerminal } from './terminal';

/** A bar on stderr for long work; nothing where stderr is no terminal, so that logs stay readable. */
export interface ProgressBar {
  /** @param note  shown behind the bar, e.g. the day that is being traded */
  update(value: number, total: number, note: string): void;
  /** Leaves the bar as it is. */
  stop(): void;
}

/** For output that a program reads. */
export const silentBar: ProgressBar = { update: () => {}, stop: () => {} };

/** Makes a progress bar with the rate and the time left; it appears with the first update. */
export function createProgressBar(title: string, unit: string): ProgressBar {
  const started = Date.now();
  const bar = new SingleBar(
    {
      format: `${forTerminal(title)} [{bar}] {percentage}% {value}/{total} ${unit}, {rate}/s, {eta_formatted} left  {note}`,
      hideCursor: true,
      etaBuffer: 100,
      formatTime: timeLeft,
      stream: process.stderr,
      noTTYOutput: false,
    },
    Presets.shades_classic,
  );
  let shown = false;
  return {
    update(value, total, note) {
      const rate = Math.round(value / Math.max(0.001, (Date.now() - started) / 1000));
      if (!shown) bar.start(total, value, { note: forTerminal(note), rate });
      shown = true;
      bar.update(value, { note: forTerminal(note), rate });
    },
    stop() {
      if (shown) bar.stop();
    },
  };
}

/** The bar's estimate is a word, which its own format cuts to pieces, where nothing moves: `INF`, or `NULL` at the end. */
export function timeLeft(estimate: number | string, options: Options, roundTo: number): string {
  if (typeof estimate === 'number') return Format.TimeFormat(estimate, options, roundTo);
  return estimate === 'NULL' ? '0s' : '?';
}
