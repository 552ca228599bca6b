import { isStrptime, isTimeZone, type SaidMapping, TIME_FORMATS, type TimeFormat } from '@trading/ingestion';
import { InvalidArgumentError } from 'commander';

const COLUMNS = [
  ...(['timestamp', 'time', 'open', 'high', 'low', 'close', 'adjustedClose', 'volume', 'symbol'] as const),
] as const;

/** What a file's columns are called, by what they hold; an empty name says that there is none. */
export type ColumnNames = Readonly<Partial<Record<(typeof COLUMNS)[number], string>>>;

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

/** Reads the name of a form of times, or one as strptime has it. */
export function parseTimeFormat(text: string): TimeFormat {
  const known = TIME_FORMATS.find((format) => format === text);
  if (known !== undefined) return known;
  if (text.includes('%') && isStrptime(text)) return text as TimeFormat;
  throw new InvalidArgumentError(
    `'${text}' must be ${TIME_FORMATS.join(', ')}, or as strptime has it, of %Y %y %m %d %b %H %I %M %S %f %p %z.`,
  );
}

/** Reads the name of a time zone. */
export function parseTimeZone(text: string): string {
  if (isTimeZone(text)) return text;
  throw new InvalidArgumentError(`'${text}' must be a time zone, as America/New_York or UTC.`);
}

/** What the command line says of a file's form. */
export interface FormOptions {
  readonly columns?: ColumnNames;
  readonly timeFormat?: TimeFormat;
  readonly timezone?: string;
  readonly decimal?: '.' | ',';
  readonly delimiter?: string;
  readonly round?: boolean;
}

/** The mapping that the command line says; the rest is found out. */
export function mappingOf({ columns = {}, ...form }: FormOptions): SaidMapping {
  const said = Object.entries(form).filter(([, value]) => value !== undefined);
  return { ...columns, ...Object.fromEntries(said) };
}
