import { type ClosedDay, xnysClosedDay } from './xnys';

/** Tells which dates have a trading session. */
export interface ExchangeCalendar {
  /** As in `XNYS`. */
  readonly name: string;
  /** Why there is no session on a date (`YYYY-MM-DD`); undefined where there is one. */
  closedReason(date: string): ClosedDay | undefined;
}

/** The New York Stock Exchange's. */
export function createXnysCalendar(): ExchangeCalendar {
  return { name: 'XNYS', closedReason: xnysClosedDay };
}

/** The latest date with a session, at or before `date`. */
export function lastSession(calendar: ExchangeCalendar, date: string): string {
  let day = date;
  while (calendar.closedReason(day) !== undefined) day = dayBefore(day);
  return day;
}

/** The date before a date. */
export function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
