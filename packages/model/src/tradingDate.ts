import { TradingError } from './errors';
import { shortText } from './foreignText';

const NEW_YORK_DATE = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

const HOUR_MS = 3_600_000;
/** Dates that were asked for, by the hour since 1970 that they were asked about: orders and bars come by the thousand in one. */
const dateByHour = new Map<number, string>();
const MOST_HOURS = 10_000;

/** The New York calendar date of a moment, as `YYYY-MM-DD`. */
export function tradingDate(moment: Date): string {
  const hour = Math.floor(moment.getTime() / HOUR_MS);
  const known = dateByHour.get(hour);
  if (known !== undefined) return known;
  const date = NEW_YORK_DATE.format(moment);
  // Since 1970 New York has been whole hours from UTC, so that no date begins within one.
  if (hour >= 0) {
    if (dateByHour.size >= MOST_HOURS) dateByHour.clear();
    dateByHour.set(hour, date);
  }
  return date;
}

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The start of a daily bar: midnight in New York of that trading date, in UTC (04:00 or 05:00, by daylight saving).
 *
 * @param date  `YYYY-MM-DD`
 * @throws TradingError `MODEL.INVALID_DATE`
 */
export function dailyBarStart(date: string): Date {
  const utcMidnight = new Date(`${date}T00:00:00Z`);
  if (
    !ISO_DATE.test(date) ||
    Number.isNaN(utcMidnight.getTime()) ||
    utcMidnight.toISOString().slice(0, 10) !== date
  ) {
    throw new TradingError(
      'MODEL.INVALID_DATE',
      `date is '${shortText(date)}'; it must be a calendar date as YYYY-MM-DD`,
      {
        details: { field: 'date', value: shortText(date) },
      },
    );
  }
  // New York is 4 or 5 hours behind UTC, and never changes its clock at midnight.
  const daylightSaving = new Date(utcMidnight.getTime() + 4 * HOUR_MS);
  return tradingDate(daylightSaving) === date && NEW_YORK_HOUR.format(daylightSaving) === '00'
    ? daylightSaving
    : new Date(utcMidnight.getTime() + 5 * HOUR_MS);
}

/** The calendar date after a date, both `YYYY-MM-DD`. */
export function nextDate(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** The moment at which a trading date is over: midnight in New York. @throws TradingError `MODEL.INVALID_DATE` */
export function endOfDate(date: string): Date {
  dailyBarStart(date);
  return dailyBarStart(nextDate(date));
}

const NEW_YORK_HOUR = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'America/New_York',
  hour: '2-digit',
  hourCycle: 'h23',
});
