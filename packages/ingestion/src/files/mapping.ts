import { TradingError } from '@trading/model';

/** How a file writes the start of a bar. */
export const TIME_FORMATS = ['date', 'iso', 'epoch_s', 'epoch_ms'] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

/** Which column of a file holds what. */
export interface FileMapping {
  readonly timestamp: string;
  /**
   * `date`: YYYY-MM-DD, a daily bar. `iso`: a time with its offset or Z. Epochs are numbers. In a Parquet file a column
   * of timestamps or dates is read as what it is.
   */
  readonly timeFormat: TimeFormat;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  /** A file without volume has 0 in every bar. */
  readonly volume?: string;
  /** The column with the symbol, where the file has several; else all bars are of one. */
  readonly symbol?: string;
  /** Prices with more than four decimals are refused; true to have them rounded half away from zero. */
  readonly round?: boolean;
}

const COLUMNS = ['timestamp', 'open', 'high', 'low', 'close', 'volume', 'symbol'] as const;
export type MappedColumn = (typeof COLUMNS)[number];

/**
 * Finds the mapped columns in a file.
 *
 * @throws TradingError `INGESTION.MALFORMED_HEADER` naming those that are not there
 */
export function mappedPositions(
  mapping: FileMapping,
  names: readonly string[],
): Partial<Record<MappedColumn, number>> {
  const wanted = COLUMNS.flatMap((column) => {
    const name = mapping[column];
    return name === undefined ? [] : [{ column, name, position: names.indexOf(name) }];
  });
  const missing = wanted.filter(({ position }) => position < 0).map(({ name }) => name);
  if (missing.length > 0) {
    throw new TradingError(
      'INGESTION.MALFORMED_HEADER',
      `the file lacks ${missing.join(', ')}; it has ${names.slice(0, 30).join(', ')}`,
      { details: { missing } },
    );
  }
  return Object.fromEntries(wanted.map(({ column, position }) => [column, position]));
}
