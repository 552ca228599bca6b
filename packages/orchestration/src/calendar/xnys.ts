/** Why an exchange is closed on a date, in words, e.g. `Good Friday`. */
export type ClosedDay = string;

/** Closures that no rule tells of: mourning, storms, attacks. */
const AD_HOC: Readonly<Record<string, ClosedDay>> = {
  '2001-09-11': 'attacks of September 11',
  '2001-09-12': 'attacks of September 11',
  '2001-09-13': 'attacks of September 11',
  '2001-09-14': 'attacks of September 11',
  '2004-06-11': 'mourning for Ronald Reagan',
  '2007-01-02': 'mourning for Gerald Ford',
  '2012-10-29': 'hurricane Sandy',
  '2012-10-30': 'hurricane Sandy',
  '2018-12-05': 'mourning for George H. W. Bush',
  '2025-01-09': 'mourning for Jimmy Carter',
};

/**
 * Why the New York Stock Exchange has no session on a date; undefined where it has one. NYSE rule 7.2: a holiday on a
 * Saturday is kept on the Friday before, one on a Sunday on the Monday after; but New Year's Day on a Saturday isn't kept.
 *
 * @param date  `YYYY-MM-DD`, from the year 2000 on
 */
export function xnysClosedDay(date: string): ClosedDay | undefined {
  const day = new Date(`${date}T00:00:00Z`);
  const weekday = day.getUTCDay();
  if (weekday === 6 || weekday === 0) return weekday === 6 ? 'Saturday' : 'Sunday';
  return AD_HOC[date] ?? holidays(day.getUTCFullYear()).get(date);
}

const byYear = new Map<number, ReadonlyMap<string, ClosedDay>>();

function holidays(year: number): ReadonlyMap<string, ClosedDay> {
  const known = byYear.get(year);
  if (known !== undefined) return known;
  const newYear = utc(year, 1, 1);
  const days: [Date, ClosedDay][] = [
    ...(newYear.getUTCDay() === 6 ? [] : [[kept(newYear), "New Year's Day"] as [Date, ClosedDay]]),
    [nthWeekday(year, 1, 1, 3), 'Martin Luther King Jr. Day'],
    [nthWeekday(year, 2, 1, 3), "Washington's Birthday"],
    [goodFriday(year), 'Good Friday'],
    [lastMonday(year, 5), 'Memorial Day'],
    ...(year >= 2022 ? [[kept(utc(year, 6, 19)), 'Juneteenth'] as [Date, ClosedDay]] : []),
    [kept(utc(year, 7, 4)), 'Independence Day'],
    [nthWeekday(year, 9, 1, 1), 'Labor Day'],
    [nthWeekday(year, 11, 4, 4), 'Thanksgiving Day'],
    [kept(utc(year, 12, 25)), 'Christmas Day'],
  ];
  const map = new Map(days.map(([day, name]) => [day.toISOString().slice(0, 10), name]));
  byYear.set(year, map);
  return map;
}

function utc(year: number, month: number, date: number): Date {
  return new Date(Date.UTC(year, month - 1, date));
}

function kept(day: Date): Date {
  const shift = { 6: -1, 0: 1 }[day.getUTCDay()] ?? 0;
  return new Date(day.getTime() + shift * 86_400_000);
}

/** @param weekday  0 is Sunday */
function nthWeekday(year: number, month: number, weekday: number, nth: number): Date {
  const first = utc(year, month, 1).getUTCDay();
  return utc(year, month, 1 + ((weekday - first + 7) % 7) + (nth - 1) * 7);
}

function lastMonday(year: number, month: number): Date {
  const last = utc(year, month + 1, 0);
  return new Date(last.getTime() - ((last.getUTCDay() + 6) % 7) * 86_400_000);
}

/** Two days before Easter Sunday, by the Gregorian computus (Meeus, Astronomical Algorithms, chapter 8). */
function goodFriday(year: number): Date {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return utc(year, Math.floor(f / 31), (f % 31) + 1 - 2);
}
