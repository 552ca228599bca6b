/** How many bars a series has of each date. */
export interface Coverage {
  readonly days: readonly { readonly date: string; readonly bars: number }[];
}

/** A day of a calendar: a column for each week, a row for each weekday. */
export interface CalendarDay {
  readonly date: string;
  readonly bars: number;
  /** From 0. */
  readonly week: number;
  /** Monday is 0. */
  readonly weekday: number;
  /** Of the most bars that a day has: 0 to 1. */
  readonly part: number;
  /** A weekday between the first and the last day that has bars, without any. */
  readonly missing: boolean;
}

/** A year of a calendar. */
export interface CalendarYear {
  readonly year: number;
  readonly days: readonly CalendarDay[];
  /** Days that have bars. */
  readonly covered: number;
  /** Weekdays that have none: holidays among them. */
  readonly missing: number;
}

const DAY_MS = 86_400_000;

/** Puts days into calendars, the youngest year first. Years without any day are left out. */
export function yearsOf({ days }: Coverage): readonly CalendarYear[] {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const bars = new Map(days.map((day) => [day.date, day.bars]));
  const most = Math.max(...bars.values());
  const years: CalendarYear[] = [];
  for (let year = Number(last.date.slice(0, 4)); year >= Number(first.date.slice(0, 4)); year -= 1) {
    const start = Date.UTC(year, 0, 1);
    const offset = weekdayOf(start);
    const all: CalendarDay[] = [];
    for (let at = start; at < Date.UTC(year + 1, 0, 1); at += DAY_MS) {
      const date = new Date(at).toISOString().slice(0, 10);
      const had = bars.get(date) ?? 0;
      const weekday = weekdayOf(at);
      all.push({
        date,
        bars: had,
        week: Math.floor((Math.round((at - start) / DAY_MS) + offset) / 7),
        weekday,
        part: had / most,
        missing: had === 0 && weekday < 5 && date > first.date && date < last.date,
      });
    }
    const covered = all.filter((day) => day.bars > 0).length;
    if (covered > 0)
      years.push({ year, days: all, covered, missing: all.filter(({ missing }) => missing).length });
  }
  return years;
}

function weekdayOf(at: number): number {
  return (new Date(at).getUTCDay() + 6) % 7;
}
