import type { Bar } from '@trading/model';
import type { RejectedRow } from './rejectedRow';

/** One row of a source: the bar that it means in each series, all starting at the same moment. */
export interface BarRow {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly timestamp: Date;
  readonly bars: readonly Bar[];
  /** Whether prices carried more decimals than the column holds, and were rounded as the source's form says. */
  readonly rounded: boolean;
}

/** What a source yields for each row: bars, or why there are none. */
export type SourceRow = ({ readonly kind: 'bars' } & BarRow) | ({ readonly kind: 'rejected' } & RejectedRow);
