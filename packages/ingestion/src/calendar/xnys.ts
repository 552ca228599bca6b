import { dailyBarStart, TradingError } from '@trading/model';
import { closures, earlyCloses, FIRST_YEAR } from './xnysHolidays';

/** One regular session of XNYS. */
export interface Session {
  /** Trading date in New York, `YYYY-MM-DD`. */
  readonly date: string;
  /** 09:30 in New York. */
  readonly open: Date;
  /** 16:00 in New York; 13:00 on an early close. */
  readonly close: Date;
  readonly early: boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Year {
  readonly closed: ReadonlySet<string>;
  readonly early: ReadonlySet<string>;
}
const years = new Map<number, Year>();

function yearOf(date: string): Year {
  const number = Number(date.slice(0, 4));
  if (number < FIRST_YEAR) {
    throw new TradingError(
      'INGESTION.NO_CALENDAR',
      `the calendar of XNYS begins in ${FIRST_YEAR}; ${date} is before it`,
      {
        details: { field: 'date', value: date },
      },
    );
  }
  const known = years.get(number) ?? { closed: closures(number), early: earlyCloses(number) };
  years.set(number, known);
  return known;
}

/**
 * Whether XNYS opens on a trading date.
 *
 * @throws TradingError `INGESTION.NO_CALENDAR` before 1993, `MODEL.INVALID_DATE`
 */
export function isSession(date: string): boolean {
  const weekday = new Date(dailyBarStart(date).getTime() + 12 * HOUR_MS).getUTCDay();
  return weekday >= 1 && weekday <= 5 && !yearOf(date).closed.has(date);
}

/** The session of a trading date; undefined when XNYS doesn't open. */
export function sessionOf(date: string): Session | undefined {
  if (!isSession(date)) return undefined;
  const midnight = dailyBarStart(date).getTime();
  const early = yearOf(date).early.has(date);
  return {
    date,
    open: new Date(midnight + 9.5 * HOUR_MS),
    close: new Date(midnight + (early ? 13 : 16) * HOUR_MS),
    early,
  };
}

/** The sessions from one trading date to another, both included. */
export function sessionsBetween(from: string, to: string): Session[] {
  const sessions: Session[] = [];
  const last = Date.parse(`${to}T00:00:00Z`);
  for (let day = Date.parse(`${from}T00:00:00Z`); day <= last; day += DAY_MS) {
    const session = sessionOf(new Date(day).toISOString().slice(0, 10));
    if (session !== undefined) sessions.push(session);
  }
  return sessions;
}
