import { alignSeries } from '../read/alignSeries';
import type { BarSeries } from '../read/barSeries';
import type { CheckResult } from './finding';

/** Providers round and consolidate differently; more than this is worth a look, and much more is wrong. */
const WARNING = 0.005;
const FAIL = 0.05;
const MOST = 100;

/** Bars of one moment whose closes two providers give differently. */
export function sourceDisagreement(series: BarSeries, other: BarSeries): CheckResult[] {
  const { timestamp, symbols } = alignSeries([series, other], 'inner');
  const [ours, theirs] = symbols;
  const found: CheckResult[] = [];
  for (const [row, start] of timestamp.entries()) {
    const close = ours?.prices.close[row] ?? Number.NaN;
    const otherClose = theirs?.prices.close[row] ?? Number.NaN;
    const difference = Math.abs(close / otherClose - 1);
    if (!(difference > WARNING)) continue;
    found.push({
      status: difference > FAIL ? 'fail' : 'warning',
      timestamp: new Date(start),
      message: `the close is ${close}, ${other.dataSource} has ${otherClose}`,
      details: { close, otherSource: other.dataSource, otherClose, difference },
    });
  }
  return found.slice(0, MOST);
}
