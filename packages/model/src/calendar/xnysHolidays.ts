/** Closures that no rule foretells: storms, attacks, days of mourning. */
const UNPLANNED: ReadonlyMap<string, string> = new Map([
  ['1994-04-27', 'mourning for Richard Nixon'],
  ['2001-09-11', 'attacks of September 11'],
  ['2001-09-12', 'attacks of September 11'],
  ['2001-09-13', 'attacks of September 11'],
  ['2001-09-14', 'attacks of September 11'],
  ['2004-06-11', 'mourning for Ronald Reagan'],
  ['2007-01-02', 'mourning for Gerald Ford'],
  ['2012-10-29', 'hurricane Sandy'],
  ['2012-10-30', 'hurricane Sandy'],
  ['2018-12-05', 'mourning for George H. W. Bush'],
  ['2025-01-09', 'mourning for Jimmy Carter'],
]);

/** Sessions that ended at 13:00 outside of the rules. */
const UNPLANNED_EARLY: ReadonlySet<string> = new Set(['1997-12-26', '1999-12-31', '2003-12-26']);

const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;
const SATURDAY = 6;

/** The first year that these rules are right for. */
export const FIRST_YEAR = 1993;

function date(year: number, month: number, day: number): Date {
  return new Date(Date.UTC(year, month - 1, day));
}

function text(day: Date): string {
  return day.toISOString().slice(0, 10);
}

function shifted(day: Date, days: number): Date {
  return new Date(day.getTime() + days * 86_400_000);
}

/** The n-th such weekday of a month; the last one for n = -1. */
function nthWeekday(year: number, month: number, weekday: number, n: number): Date {
  if (n < 0) {
    const last = date(year, month + 1, 0);
    return shifted(last, -((last.getUTCDay() - weekday + 7) % 7));
  }
  const first = date(year, month, 1);
  return shifted(first, ((weekday - first.getUTCDay() + 7) % 7) + 7 * (n - 1));
}

/** Western Easter Sunday, by the Gregorian computus (Meeus, Astronomical Algorithms, chapter 8). */
function easter(year: number): Date {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const l = (32 + 2 * (b % 4) + 2 * i - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 19 * l) / 433);
  const month = Math.floor((h + l - 7 * m + 90) / 25);
  return date(year, month, (h + l - 7 * m + 33 * month + 19) % 32);
}

/** A fixed holiday is kept on the Friday before a Saturday and on the Monday after a Sunday. */
function observed(day: Date): Date {
  if (day.getUTCDay() === SATURDAY) return shifted(day, -1);
  return day.getUTCDay() === SUNDAY ? shifted(day, 1) : day;
}

/** The weekdays of a year that are holidays of XNYS, by NYSE Rule 7.2, each with its name. */
function holidays(year: number): Map<string, string> {
  const newYear = date(year, 1, 1);
  const days: [Date, string][] = [
    // On a Saturday it is not made up for: that Friday ends the year's books.
    [newYear.getUTCDay() === SUNDAY ? shifted(newYear, 1) : newYear, "New Year's Day"],
    [nthWeekday(year, 2, MONDAY, 3), "Washington's Birthday"],
    [shifted(easter(year), -2), 'Good Friday'],
    [nthWeekday(year, 5, MONDAY, -1), 'Memorial Day'],
    [observed(date(year, 7, 4)), 'Independence Day'],
    [nthWeekday(year, 9, MONDAY, 1), 'Labor Day'],
    [nthWeekday(year, 11, THURSDAY, 4), 'Thanksgiving Day'],
    [observed(date(year, 12, 25)), 'Christmas Day'],
  ];
  if (year >= 1998) days.push([nthWeekday(year, 1, MONDAY, 3), 'Martin Luther King Jr. Day']);
  if (year >= 2022) days.push([observed(date(year, 6, 19)), 'Juneteenth']);
  return new Map(days.map(([day, name]) => [text(day), name]));
}

/** The weekdays of a year on which XNYS does not open, its holidays and what was announced besides, each with its reason. */
export function closures(year: number): Map<string, string> {
  return new Map([...holidays(year), ...UNPLANNED]);
}

/**
 * The weekdays of a year on which banks are closed by rule, so that nothing settles: the holidays of XNYS, and the two on
 * which it trades. The exchange's unplanned closures are business days.
 */
export function bankHolidays(year: number): Set<string> {
  return new Set([
    ...holidays(year).keys(),
    text(nthWeekday(year, 10, MONDAY, 2)), // Columbus Day
    text(observed(date(year, 11, 11))), // Veterans Day
  ]);
}

/** The sessions of a year that end at 13:00: before Independence Day and Christmas, and after Thanksgiving. */
export function earlyCloses(year: number): Set<string> {
  const independence = date(year, 7, 4).getUTCDay();
  const days = [shifted(nthWeekday(year, 11, THURSDAY, 4), 1)];
  // July 3rd, where it and the 4th are weekdays; for a Thursday's holiday it was the Friday after, until 2012.
  if (year >= 1995) {
    if ([2, 3, 5].includes(independence)) days.push(date(year, 7, 3));
    if (independence === THURSDAY) days.push(date(year, 7, year < 2013 ? 5 : 3));
  }
  const eve = date(year, 12, 24).getUTCDay();
  if (eve >= MONDAY && eve <= THURSDAY && year >= 1996) days.push(date(year, 12, 24));
  return new Set([...days.map(text), ...UNPLANNED_EARLY]);
}
