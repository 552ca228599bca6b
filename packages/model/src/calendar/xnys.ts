import { TradingError } from '../errors';
import { dailyBarStart, tradingDate } from '../tradingDate';
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
  readonly closed: ReadonlyMap<string, string>;
  readonly early: ReadonlySet<string>;
}
const years = new Map<number, Year>();

function yearOf(date: string): Year {
  const number = Number(date.slice(0, 4));
  if (number < FIRST_YEAR) {
    throw new TradingError(
      'MODEL.NO_CALENDAR',
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
 * Why XNYS doesn't open on a trading date, in words (`Saturday`, `Good Friday`); undefined where it does.
 *
 * @throws TradingError `MODEL.NO_CALENDAR` before 1993, `MODEL.INVALID_DATE`
 */
export function closedReason(date: string): string | undefined {
  const weekday = new Date(dailyBarStart(date).getTime() + 12 * HOUR_MS).getUTCDay();
  if (weekday === 0) return 'Sunday';
  return weekday === 6 ? 'Saturday' : yearOf(date).closed.get(date);
}

/**
 * Whether XNYS opens on a trading date.
 *
 * @throws as `closedReason`
 */
export function isSession(date: string): boolean {
  return closedReason(date) === undefined;
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

/**
 * The session of the trading date that a moment falls on, whether or not it falls within the session's hours; undefined
 * where XNYS doesn't open on that date, and where the calendar doesn't reach.
 */
export function sessionOn(moment: Date): Session | undefined {
  const date = tradingDate(moment);
  if (Number(date.slice(0, 4)) < FIRST_YEAR) return undefined;
  if (latest?.date !== date) latest = { date, session: sessionOf(date) };
  return latest.session;
}

/** Orders come by the thousand on one date. */
let latest: { readonly date: string; readonly session: Session | undefined } | undefined;

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

/** The latest trading date with a session, at or before `date`. */
export function lastSession(date: string): string {
  let day = date;
  while (!isSession(day)) day = dayBefore(day);
  return day;
}

/** The calendar date before a date, both `YYYY-MM-DD`. */
export function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
}
