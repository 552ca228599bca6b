import type { NumberForm } from './readNumber';
import type { TimeFormat } from './timeForm';

/** What a column of a file can hold. */
export const COLUMNS = [
  'timestamp',
  'time',
  'open',
  'high',
  'low',
  'close',
  'adjustedClose',
  'volume',
  'symbol',
] as const;
export type MappedColumn = (typeof COLUMNS)[number];

/** Which column of a file holds what, and how it is written. Columns are given by name, or by number from 1. */
export interface FileMapping {
  readonly timestamp: string | number;
  /** The time of day, where the date stands in a column of its own: the two are read as one text with a space between. */
  readonly time?: string | number;
  /** How the start of a bar is written. In a Parquet file a column of timestamps or dates is read as what it is. */
  readonly timeFormat: TimeFormat;
  readonly open: string | number;
  readonly high: string | number;
  readonly low: string | number;
  readonly close: string | number;
  /** The close adjusted for dividends: the file has a second series, whose other prices are scaled by it. */
  readonly adjustedClose?: string | number;
  /** A file without volume has 0 in every bar. */
  readonly volume?: string | number;
  /** The column with the symbol, where the file has several; else all bars are of one. */
  readonly symbol?: string | number;
  /** What ends a symbol and is none of it: `.US`. */
  readonly symbolSuffix?: string;
  /** Prices with more than four decimals are refused; true to have them rounded half away from zero. */
  readonly round?: boolean;
  /** Between units and their fraction; a point, unless given. */
  readonly decimal?: NumberForm['decimal'];
  /** Volumes may end with K, M, B or T for thousands and more, and `-` stands for none. */
  readonly volumeUnits?: boolean;
  /** Whose clock times without a zone are of, as `America/New_York`. Days without a time are those of New York, unless given. */
  readonly timezone?: string;
  /** Between the fields of a text file; found out, unless given. */
  readonly delimiter?: string;
  /** Lines before the first row: 1 with a header, 0 with none. 1. */
  readonly headerLines?: number;
}

/** The columns that a mapping names, each with its name or number. */
export function mappedColumns(mapping: Partial<FileMapping>): [MappedColumn, string | number][] {
  return COLUMNS.flatMap((column): [MappedColumn, string | number][] => {
    const name = mapping[column];
    return name === undefined ? [] : [[column, name]];
  });
}
