import { TradingError } from './errors';

const NEW_YORK_DATE = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The New York calendar date of a moment, as `YYYY-MM-DD`. */
export function tradingDate(moment: Date): string {
  return NEW_YORK_DATE.format(moment);
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
      `date is '${date}'; it must be a calendar date as YYYY-MM-DD`,
      {
        details: { field: 'date', value: date },
      },
    );
  }
  // New York is 4 or 5 hours behind UTC, and never changes its clock at midnight.
  const daylightSaving = new Date(utcMidnight.getTime() + 4 * 3_600_000);
  return tradingDate(daylightSaving) === date && NEW_YORK_HOUR.format(daylightSaving) === '00'
    ? daylightSaving
    : new Date(utcMidnight.getTime() + 5 * 3_600_000);
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
