import { useEffect, useRef } from 'preact/hooks';
import type { Bars } from '../data/answers';
import { seenTheme } from '../navigation/theme';
import type { Mark } from './marksOnBars';

/** Candles with volume, and marks of what was done at them. */
export function PriceChart({
  bars,
  marks = [],
  label,
  height = 380,
}: {
  readonly bars: Bars;
  readonly marks?: readonly Mark[];
  /** What it shows, for screen readers. */
  readonly label: string;
  readonly height?: number;
}) {
  const element = useRef<HTMLDivElement>(null);
  const shown = seenTheme.value;
  useEffect(() => {
    let remove: (() => void) | undefined;
    let gone = false;
    // The library is most of the dashboard's size: it comes with the first chart.
    void import('./drawPrices').then(({ drawPrices }) => {
      if (!gone && element.current !== null) remove = drawPrices(element.current, bars, marks);
    });
    return () => {
      gone = true;
      remove?.();
    };
  }, [bars, marks, shown]);
  return (
    <figure class="chart" aria-label={label}>
      <div ref={element} style={{ height: `${height}px` }} />
      <figcaption class="credit">
        Chart by{' '}
        <a href="https://www.tradingview.com/" rel="noopener noreferrer" target="_blank">
          TradingView
        </a>{' '}
        Lightweight Charts™, © TradingView, Inc.
      </figcaption>
    </figure>
  );
}
