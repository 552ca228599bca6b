import type { FileMapping, TimeFormat } from '@trading/ingestion';
import { InvalidArgumentError } from 'commander';

/** What a file's columns are called, by what they hold; an empty name says that there is none. */
export type ColumnNames = Readonly<Partial<Record<Column, string>>>;

const COLUMNS = ['timestamp', 'open', 'high', 'low', 'close', 'volume', 'symbol'] as const;
type Column = (typeof COLUMNS)[number];

/** Reads `timestamp=Date,open=Open,volume=`. */
export function parseColumns(text: string): ColumnNames {
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [column = '', ...name] = pair.split('=');
      if (!COLUMNS.some((known) => known === column) || name.length === 0)
        throw new InvalidArgumentError(
          `'${pair}' must be NAME=COLUMN, where NAME is one of ${COLUMNS.join(', ')}.`,
        );
      return [column, name.join('=')];
    }),
  );
}

/** The whole mapping: what was not said is called as what it holds. */
export function mappingOf(
  names: ColumnNames,
  options: { readonly timeFormat: TimeFormat; readonly round: boolean },
): FileMapping {
  const { timestamp = 'timestamp', open = 'open', high = 'high', low = 'low', close = 'close' } = names;
  const { volume = 'volume', symbol = '' } = names;
  return {
    ...{ timestamp, open, high, low, close, ...options },
    ...(volume === '' ? {} : { volume }),
    ...(symbol === '' ? {} : { symbol }),
  };
}
