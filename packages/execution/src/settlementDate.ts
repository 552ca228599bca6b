import { tradingDate } from '@trading/model';

const DAY_MS = 86_400_000;

/**
 * The day on which a US equity trade settles: one business day after its trading date (SEC rule 15c6-1). Weekends, the
 * exchanges' holidays and the two bank holidays on which they trade (Columbus Day, Veterans Day) are no settlement days.
 *
 * @param executedAt  when it was executed, UTC
 * @returns `YYYY-MM-DD`
 */
export function settlementDate(executedAt: Date): string {
  let day = new Date(`${tradingDate(executedAt)}T00:00:00Z`);
  do day = new Date(day.getTime() + DAY_MS);
  while (!settles(day));
  return iso(day);
}

function settles(day: Date): boolean {
  const weekday = day.getUTCDay();
  return weekday !== 0 && weekday !== 6 && !holidays(day.getUTCFullYear()).has(iso(day));
}

const byYear = new Map<number, ReadonlySet<string>>();

function holidays(year: number): ReadonlySet<string> {
  let days = byYear.get(year);
  if (days === undefined) {
    days = new Set(
      [
        newYearsDay(year),
        nthWeekday(year, 1, 1, 3), // Martin Luther King Jr.
        nthWeekday(year, 2, 1, 3), // Washington
        goodFriday(year),
        lastMonday(year, 5), // Memorial Day
        ...(year >= 2022 ? [observed(year, 6, 19)] : []), // Juneteenth
        observed(year, 7, 4),
        nthWeekday(year, 9, 1, 1), // Labor Day
        nthWeekday(year, 10, 1, 2), // Columbus Day
        observed(year, 11, 11), // Veterans Day
        nthWeekday(year, 11, 4, 4), // Thanksgiving
        observed(year, 12, 25),
      ].map(iso),
    );
    byYear.set(year, days);
  }
  return days;
}

/** On a Saturday it is not moved to the Friday before: that is the old year's last day, and a business day. */
function newYearsDay(year: number): Date {
  const day = utc(year, 1, 1);
  return day.getUTCDay() === 0 ? utc(year, 1, 2) : day;
}

function observed(year: number, month: number, date: number): Date {
  const day = utc(year, month, date);
  if (day.getUTCDay() === 6) return utc(year, month, date - 1);
  return day.getUTCDay() === 0 ? utc(year, month, date + 1) : day;
}

function nthWeekday(year: number, month: number, weekday: number, nth: number): Date {
  const first = utc(year, month, 1).getUTCDay();
  return utc(year, month, 1 + ((weekday - first + 7) % 7) + (nth - 1) * 7);
}

function lastMonday(year: number, month: number): Date {
  const last = utc(year, month + 1, 0);
  return utc(year, month, last.getUTCDate() - ((last.getUTCDay() + 6) % 7));
}

/** Two days before Easter Sunday of the Gregorian calendar (the anonymous computus, as in Meeus). */
function goodFriday(year: number): Date {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  const date = ((h + l - 7 * m + 114) % 31) + 1;
  return utc(year, month, date - 2);
}

function utc(year: number, month: number, date: number): Date {
  return new Date(Date.UTC(year, month - 1, date));
}

function iso(day: Date): string {
  return day.toISOString().slice(0, 10);
}
