import type { ProviderProgress } from '@trading/ingestion';
import { createProgressBar, type ProgressBar, silentBar } from '../../progressBar';

/** How far all symbols are together, as one bar. */
export interface FetchProgress {
  update(progress: ProviderProgress): void;
  /** The symbol is through, however it ended. */
  finish(symbol: string): void;
  stop(): void;
}

const DAY_MS = 86_400_000;

/** Counts days of the range for each symbol, for how many bars there are only the provider knows. */
export function createFetchProgress(
  symbols: readonly string[],
  range: { readonly from: Date; readonly to: Date },
  options: { readonly silent: boolean },
): FetchProgress {
  const title = symbols.length === 1 ? `Fetching ${symbols[0]}` : `Fetching ${symbols.length} symbols`;
  const bar: ProgressBar = options.silent ? silentBar : createProgressBar(title, 'days');
  const days = Math.max(1, Math.ceil((range.to.getTime() - range.from.getTime()) / DAY_MS));
  const fractions = new Map<string, number>();
  const bars = new Map<string, number>();
  const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
  const show = (symbol: string) =>
    bar.update(
      Math.floor(sum(fractions.values()) * days),
      days * symbols.length,
      `${symbol}, ${sum(bars.values()).toLocaleString('en-US')} bars`,
    );
  return {
    update({ symbol, fraction, inserted, updated, unchanged }) {
      fractions.set(symbol, Math.min(1, Math.max(0, fraction)));
      bars.set(symbol, inserted + updated + unchanged);
      show(symbol);
    },
    finish(symbol) {
      fractions.set(symbol, 1);
      show(symbol);
    },
    stop: () => bar.stop(),
  };
}
