import type { BarSeries } from '../read/barSeries';
import type { SeriesKey } from '../seriesKey';

/** The checks that a stored series is held to. */
export const QUALITY_CHECKS = [
  'missing_session',
  'outside_session',
  'outlier',
  'unapplied_split',
  'frozen_price',
  'stale_series',
  'source_disagreement',
] as const;
export type QualityCheck = (typeof QUALITY_CHECKS)[number];

/** What a check found. `warning` is worth a look; `fail` makes the series unfit to trade on. */
export interface QualityFinding extends SeriesKey {
  readonly check: QualityCheck;
  readonly status: 'pass' | 'warning' | 'fail';
  /** The bar that it is about, where it is about one. */
  readonly timestamp: Date | null;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What a check says of a series before the series' name is put to it. */
export type CheckResult = Omit<QualityFinding, 'symbol' | 'dataSource' | 'check'>;

/** Bars to check, with some before them that tell what is usual. */
export interface CheckedBars {
  readonly series: BarSeries;
  /** The row from which on something can be found. */
  readonly since: number;
}
