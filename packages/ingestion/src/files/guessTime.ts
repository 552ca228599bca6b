import { TradingError } from '@trading/model';
import { EXCHANGE_ZONE, hasTimeOfDay, hasZone, startReader, type TimeFormat } from './timeForm';

/** How the times of a file are written, as it was found out from many of them. */
export interface GuessedTime {
  readonly format: TimeFormat;
  readonly timezone?: string;
  /** Every time is a midnight: they are days, and a row with another time of day is refused. */
  readonly daysOnly: boolean;
  /** What was found, and why; for people. */
  readonly note: string;
}

const DATES = [
  ...[
    '%Y-%m-%d',
    '%Y/%m/%d',
    '%Y.%m.%d',
    '%Y%m%d',
    '%b %d, %Y',
    '%d %b %Y',
    '%d-%b-%Y',
    '%d-%b-%y',
    '%b %d %Y',
  ],
  ...[
    '%d.%m.%Y',
    '%m.%d.%Y',
    '%d/%m/%Y',
    '%m/%d/%Y',
    '%d-%m-%Y',
    '%m-%d-%Y',
    '%d/%m/%y',
    '%m/%d/%y',
    '%d.%m.%y',
    '%m.%d.%y',
  ],
];
const TIMES = ['%H:%M:%S', '%H:%M', '%H:%M:%S.%f', '%I:%M %p', '%I:%M:%S %p', '%H%M%S', '%H%M'];
const BETWEEN = [' ', 'T', ', '];
const DAY_MS = 86_400_000;

/**
 * Finds out how times are written, from all that are given. What could mean two things is decided by what the rows are
 * like together (steps from row to row, weekends), and where that does not decide it, it is asked.
 *
 * @param zone  whose clock times without a zone are of, where the user said it
 * @param named  the column, for the errors
 * @throws TradingError `INGESTION.AMBIGUOUS_FILE` naming what has to be said, `INGESTION.UNKNOWN_FORM`
 */
export function guessTime(given: readonly string[], zone: string | undefined, named: string): GuessedTime {
  // What is of another shape than most is a bad row, and says nothing of the others.
  const shaped = mostFrequentShape(given);
  const values = shaped.slice(0, 1_000);
  const example = values[0] ?? '';
  if (values.every((value) => /^-?\d{9,19}$/.test(value))) return epoch(values, named);
  const all = [...new Set(values.slice(0, 20).flatMap(candidates))].map((format): Reading => {
    const starts = startsOf(values, format, zone ?? 'UTC');
    return { format, starts, parsed: starts.filter((start) => !Number.isNaN(start)).length };
  });
  const most = Math.max(0, ...all.map(({ parsed }) => parsed));
  // A few rows may be wrong. A form that nearly as many are of is not ruled out by them.
  const readings = all.filter(({ parsed }) => parsed >= most * 0.9 && parsed * 2 > values.length);
  const [only, ...others] = distinct(readings);
  if (only === undefined) {
    throw new TradingError(
      'INGESTION.UNKNOWN_FORM',
      `${named} is '${example.slice(0, 60)}', which is no time of a known form; say --time-format, as with strptime: %d.%m.%Y %H:%M`,
      { details: { field: named, value: example.slice(0, 60) } },
    );
  }
  const chosen = others.length === 0 ? only : decide([only, ...others], example, named);
  const { format } = chosen;
  const why = others.length === 0 ? '' : ', because the rows then follow one another day by day';
  const note = `${named} is read as ${format}${why}`;
  if (hasZone(format)) return { format, daysOnly: false, note };
  if (!hasTimeOfDay(format))
    return { format, ...(zone === undefined ? {} : { timezone: zone }), daysOnly: false, note };
  const clock = startsOf(values, format, 'UTC');
  if (clock.every((start) => Number.isNaN(start) || start % DAY_MS === 0)) {
    return {
      ...{ format, timezone: zone ?? EXCHANGE_ZONE, daysOnly: true },
      note: `${note}; every time is midnight, so these are days, in ${zone ?? EXCHANGE_ZONE}`,
    };
  }
  if (zone === undefined) {
    throw new TradingError(
      'INGESTION.AMBIGUOUS_FILE',
      `${named} is '${example.slice(0, 60)}', a time without its zone; say whose clock it is: --timezone America/New_York, or UTC`,
      { details: { field: named, option: 'timezone', value: example.slice(0, 60) } },
    );
  }
  return { format, timezone: zone, daysOnly: false, note: `${note}, on the clock of ${zone}` };
}

interface Reading {
  readonly format: TimeFormat;
  /** NaN for what is not of the form. */
  readonly starts: readonly number[];
  readonly parsed: number;
}

function epoch(values: readonly string[], named: string): GuessedTime {
  const units = new Set(values.map((value) => unitOf(Math.abs(Number(value)))));
  const [unit, ...more] = units;
  if (unit === undefined || more.length > 0) {
    throw new TradingError(
      'INGESTION.AMBIGUOUS_FILE',
      `${named} has numbers since 1970 of different units (${[...units].join(', ')}); load them apart, each with its --time-format`,
      { details: { field: named, option: 'time-format', units: [...units] } },
    );
  }
  const names = {
    epoch_s: 'seconds',
    epoch_ms: 'milliseconds',
    epoch_us: 'microseconds',
    epoch_ns: 'nanoseconds',
  };
  return {
    format: unit,
    daysOnly: false,
    note: `${named} is read as ${names[unit]} since 1970, by its magnitude`,
  };
}

function unitOf(magnitude: number) {
  if (magnitude < 1e11) return 'epoch_s';
  if (magnitude < 1e14) return 'epoch_ms';
  return magnitude < 1e17 ? 'epoch_us' : 'epoch_ns';
}

/** The forms that one text can be of. */
function candidates(example: string): TimeFormat[] {
  const times = BETWEEN.flatMap((between) =>
    TIMES.flatMap((time) => [`${between}${time}`, `${between}${time}%z`]),
  );
  const forms: TimeFormat[] = [
    'iso',
    ...DATES.flatMap((date) => ['', ...times].map((time) => `${date}${time}` as TimeFormat)),
  ];
  return forms.filter((format) => typeof startReader(format, 'UTC')(example) === 'number');
}

function startsOf(values: readonly string[], format: TimeFormat, zone: string): number[] {
  const read = startReader(format, zone);
  return values.map((value) => {
    const start = read(value);
    return typeof start === 'number' ? start : Number.NaN;
  });
}

/** The texts that are alike when each run of digits and of letters counts as one. */
function mostFrequentShape(values: readonly string[]): string[] {
  const shapes = new Map<string, string[]>();
  for (const value of values) {
    const shape = value
      .slice(0, 60)
      .replace(/\d{1,60}/g, '9')
      .replace(/[a-z]{1,60}/gi, 'a');
    const known = shapes.get(shape);
    if (known === undefined) shapes.set(shape, [value]);
    else known.push(value);
  }
  return [...shapes.values()].reduce<string[]>((best, one) => (one.length > best.length ? one : best), []);
}

/** Readings that mean the same of every row are one. */
function distinct(readings: readonly Reading[]): Reading[] {
  const seen = new Map<string, Reading>();
  for (const reading of readings) {
    const key = reading.starts.join(' ');
    if (!seen.has(key)) seen.set(key, reading);
  }
  return [...seen.values()];
}

/** The one reading under which the rows are days that follow one another, none of them on a weekend. */
function decide(readings: readonly Reading[], example: string, named: string): Reading {
  const read = (starts: readonly number[]) => starts.filter((start) => !Number.isNaN(start));
  const plausible = readings.filter(({ starts }) => {
    const days = [...new Set(read(starts).map((start) => Math.floor(start / DAY_MS)))].sort((a, b) => a - b);
    if (days.length < 2) return false;
    const steps = days
      .slice(1)
      .map((day, index) => day - (days[index] ?? day))
      .sort((a, b) => a - b);
    return (steps[Math.floor(steps.length / 2)] ?? 0) <= 7;
  });
  const onSessions = plausible.filter(({ starts }) =>
    read(starts).every((start) => ![0, 6].includes(new Date(start).getUTCDay())),
  );
  const [chosen, ...more] = plausible.length > 1 && onSessions.length > 0 ? onSessions : plausible;
  if (chosen !== undefined && more.length === 0) return chosen;
  const options = readings.map(({ format }) => `--time-format '${format}'`).join(' or ');
  throw new TradingError(
    'INGESTION.AMBIGUOUS_FILE',
    `${named} is '${example.slice(0, 60)}', and no other row tells the day from the month; say ${options}`,
    { details: { field: named, option: 'time-format', formats: readings.map(({ format }) => format) } },
  );
}
