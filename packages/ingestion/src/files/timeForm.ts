import { dailyBarStart, isTradingError } from '@trading/model';

/** How a file writes the start of a bar, by name. */
export const TIME_FORMATS = ['date', 'iso', 'epoch_s', 'epoch_ms', 'epoch_us', 'epoch_ns'] as const;

/**
 * `date`: YYYY-MM-DD, a daily bar. `iso`: a time with its offset or Z. Epochs are whole numbers of their unit since 1970.
 * Anything with a `%` is a form as strptime has it: `%d.%m.%Y %H:%M`.
 */
export type TimeFormat = (typeof TIME_FORMATS)[number] | `${string}%${string}`;

/** A start that was read, as epoch milliseconds, or why it can't be. */
export type ReadStart = number | string;

/** Reads texts of one form. */
export type StartReader = (text: string) => ReadStart;

const UNITS = { epoch_s: 1_000, epoch_ms: 1, epoch_us: 1e-3, epoch_ns: 1e-6 } as const;
const DAILY_ZONE = 'America/New_York';
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Makes a reader of a form.
 *
 * @param zone  where the clock of times without a zone stands; undefined where nobody said, and then only a day can be read
 */
export function startReader(format: TimeFormat, zone: string | undefined): StartReader {
  if (format === 'date') {
    const read = strptime('%Y-%m-%d', zone);
    return (text) => {
      const start = read(text);
      return typeof start === 'string' ? 'must be a calendar date as YYYY-MM-DD' : start;
    };
  }
  if (format === 'iso') return readIso;
  if (format.includes('%')) return strptime(format, zone);
  const unit = UNITS[format as keyof typeof UNITS];
  return (text) => {
    if (!/^-?\d{1,19}$/.test(text)) return 'must be a whole number since 1970';
    // Digits below a millisecond are cut from the text: a double does not hold nanoseconds.
    if (unit >= 1) return Number(text) * unit;
    const digits = unit === 1e-3 ? 3 : 6;
    const fraction = text.slice(-digits);
    if (Number(fraction) !== 0) return 'must be a whole number of milliseconds';
    return Number(text.slice(0, -digits));
  };
}

const WITH_ZONE = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})$/;

function readIso(text: string): ReadStart {
  const match = WITH_ZONE.exec(text);
  const [, date = '', time = '', zone = ''] = match ?? [];
  const start = match === null ? Number.NaN : Date.parse(`${date}T${time.slice(0, 12)}${zone}`);
  // JavaScript takes 30 February for 1 March.
  const isDate = new Date(Date.parse(`${date}T00:00:00Z`)).toJSON()?.slice(0, 10) === date;
  return Number.isNaN(start) || !isDate ? 'must be a time with its zone, like 2024-01-02T14:30:00Z' : start;
}

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  afternoon: boolean | undefined;
  offsetMinutes: number | undefined;
}

/** Reads the digits at a place: at least `least`, at most `most`. */
function digitsAt(text: string, at: number, least: number, most: number): number {
  let end = at;
  while (end < text.length && end - at < most && text[end] !== undefined && /\d/.test(text[end] as string))
    end += 1;
  return end - at < least ? -1 : end;
}

type Field = (text: string, at: number, parts: Parts) => number;

function numeric(
  part: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second',
  least: number,
  most: number,
): Field {
  return (text, at, parts) => {
    const end = digitsAt(text, at, least, most);
    if (end >= 0) parts[part] = Number(text.slice(at, end));
    return end;
  };
}

const FIELDS: Readonly<Record<string, Field>> = {
  Y: numeric('year', 4, 4),
  m: numeric('month', 1, 2),
  d: numeric('day', 1, 2),
  H: numeric('hour', 1, 2),
  I: numeric('hour', 1, 2),
  M: numeric('minute', 2, 2),
  S: numeric('second', 2, 2),
  y: (text, at, parts) => {
    const end = digitsAt(text, at, 2, 2);
    const year = Number(text.slice(at, end));
    // As POSIX has it: 69 to 99 are of the last century.
    if (end >= 0) parts.year = year + (year >= 69 ? 1900 : 2000);
    return end;
  },
  b: (text, at, parts) => {
    parts.month = MONTHS.indexOf(text.slice(at, at + 3).toLowerCase()) + 1;
    if (parts.month === 0) return -1;
    let end = at + 3;
    while (/^[a-z]/i.test(text[end] ?? '')) end += 1;
    return end;
  },
  f: (text, at, parts) => {
    const end = digitsAt(text, at, 1, 9);
    if (end >= 0) parts.millisecond = Number(text.slice(at, end).padEnd(3, '0').slice(0, 3));
    return end;
  },
  p: (text, at, parts) => {
    const half = text.slice(at, at + 2).toLowerCase();
    parts.afternoon = half === 'pm';
    return half === 'am' || half === 'pm' ? at + 2 : -1;
  },
  z: (text, at, parts) => {
    const match = /^(?:Z|([+-])(\d{2}):?(\d{2}))/.exec(text.slice(at, at + 6));
    if (match === null) return -1;
    const minutes = Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
    parts.offsetMinutes = match[1] === '-' ? -minutes : minutes;
    return at + match[0].length;
  },
};

/** Whether a form of strptime says the time of day. */
export function hasTimeOfDay(format: TimeFormat): boolean {
  return format !== 'date' && (!format.includes('%') || /%[HI]/.test(format));
}

/** Whether the texts of a form say their zone themselves. */
export function hasZone(format: TimeFormat): boolean {
  return format === 'iso' || format.startsWith('epoch') || format.includes('%z');
}

function strptime(format: string, zone: string | undefined): StartReader {
  const steps = stepsOf(format);
  const refused = `must be a time of the form ${format}`;
  const withTime = hasTimeOfDay(format as TimeFormat);
  return (text) => {
    const parts: Parts = {
      ...{ year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 },
      ...{ afternoon: undefined, offsetMinutes: undefined },
    };
    let at = 0;
    for (const step of steps) {
      if (typeof step === 'string') at = text.startsWith(step, at) ? at + step.length : -1;
      else at = step(text, at, parts);
      if (at < 0) return refused;
    }
    if (at !== text.length) return refused;
    const { year, month, day, minute, second, millisecond, afternoon, offsetMinutes } = parts;
    if (afternoon !== undefined && (parts.hour < 1 || parts.hour > 12)) return refused;
    const hour = afternoon === undefined ? parts.hour : (parts.hour % 12) + (afternoon ? 12 : 0);
    const local = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
    const back = new Date(local);
    if (
      back.getUTCMonth() !== month - 1 ||
      back.getUTCDate() !== day ||
      hour > 23 ||
      minute > 59 ||
      second > 59
    )
      return 'must be a time that there is in the calendar';
    if (offsetMinutes !== undefined) return local - offsetMinutes * 60_000;
    if (!withTime && zone === undefined) return dailyStart(back.toISOString().slice(0, 10));
    // Only the clock of a day that says no time may be taken for the exchange's midnight.
    return zone === undefined ? 'has no zone: say whose clock it is' : utcOf(local, zone);
  };
}

function dailyStart(date: string): ReadStart {
  try {
    return dailyBarStart(date).getTime();
  } catch (error) {
    if (!isTradingError(error, 'MODEL.INVALID_DATE')) throw error;
    return 'must be a calendar date';
  }
}

function stepsOf(format: string): (string | Field)[] {
  const expanded = format
    .replaceAll('%F', '%Y-%m-%d')
    .replaceAll('%T', '%H:%M:%S')
    .replaceAll('%R', '%H:%M')
    .replaceAll('%B', '%b');
  const steps: (string | Field)[] = [];
  for (let at = 0; at < expanded.length; at += 1) {
    const character = expanded[at] ?? '';
    const field = character === '%' ? FIELDS[expanded[at + 1] ?? ''] : undefined;
    if (field !== undefined) steps.push(field);
    else steps.push(character === '%' ? '%' : character);
    if (character === '%') at += 1;
  }
  return steps;
}

/** Whether each `%` of a form is one that can be read. */
export function isStrptime(format: string): boolean {
  const named = format.split('%').slice(1);
  return named.length > 0 && named.every((part) => part === '' || /^[YymdbBHIMSfpzFTR]/.test(part));
}

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, Map<number, number>>();
const QUARTER_MS = 900_000;

/** How far a zone's clock is ahead of UTC at a moment, ms. Zones change their clocks at quarters of an hour only. */
function offsetAt(moment: number, zone: string): number {
  const quarter = Math.floor(moment / QUARTER_MS);
  let known = offsets.get(zone);
  if (known === undefined || known.size > 100_000) {
    known = new Map();
    offsets.set(zone, known);
  }
  const before = known.get(quarter);
  if (before !== undefined) return before;
  let format = formats.get(zone);
  if (format === undefined) {
    const digits = 'numeric';
    format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: zone, hourCycle: 'h23', year: digits, month: digits, day: digits },
      ...{ hour: digits, minute: digits, second: digits },
    });
    formats.set(zone, format);
  }
  const part = Object.fromEntries(
    format.formatToParts(quarter * QUARTER_MS).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const offset = Date.UTC(year, month - 1, day, hour, minute, second) - quarter * QUARTER_MS;
  known.set(quarter, offset);
  return offset;
}

/** The moment at which a zone's clock shows a time; why there is none, or more than one. */
function utcOf(local: number, zone: string): ReadStart {
  const day = 86_400_000;
  const early = local - offsetAt(local - day, zone);
  const late = local - offsetAt(local + day, zone);
  const isShown = (moment: number) => moment + offsetAt(moment, zone) === local;
  const moments = [...new Set([early, late])].filter(isShown);
  const [first] = moments;
  if (first === undefined) return `does not exist in ${zone}: the clock was put forward over it`;
  if (moments.length > 1)
    return `exists twice in ${zone}: the clock was put back over it; give times with their zone`;
  return first;
}

/** Whether there is such a time zone. */
export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The zone that days are counted in where nobody names another. */
export const EXCHANGE_ZONE = DAILY_ZONE;
