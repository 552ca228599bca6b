import { isSession, parseDataSource, sessionOf, sessionsBetween, tradingDate } from '@trading/model';
import type { BarSeries } from '../read/barSeries';
import type { CheckedBars, CheckResult } from './finding';

/** Findings of one check at most: a series of another exchange would give one a day. */
const MOST = 100;

/**
 * Sessions that have none of the bars.
 *
 * @param from  sessions from then on should have one; from the first bar on, unless given
 * @param until  sessions that have ended by then should; those until the last bar, unless given
 */
export function missingSessions(
  { series, since }: CheckedBars,
  from: Date | undefined,
  until: Date | undefined,
): CheckResult[] {
  const dates = tradingDates(series, since);
  const first = from === undefined ? [...dates][0] : tradingDate(from);
  const last = until === undefined ? [...dates].at(-1) : tradingDate(until);
  if (first === undefined || last === undefined) return [];
  const missing = sessionsBetween(first, last).filter(
    ({ date, open, close }) =>
      !dates.has(date) && (from === undefined || open >= from) && (until === undefined || close <= until),
  );
  return missing.slice(0, MOST).map(({ date, open }) => ({
    status: 'warning',
    timestamp: open,
    message: `the session of ${date} has no bar`,
    details: { date, missing: missing.length },
  }));
}

/** Bars of a day on which the exchange was shut; intraday also those before its opening or after its close. */
export function barsOutsideSessions({ series, since }: CheckedBars): CheckResult[] {
  const intraday = /[mh]$/.test(parseDataSource(series.dataSource).timeframe);
  const outside: { start: Date; why: string }[] = [];
  for (const { start, date } of dated(series, since)) {
    const session = sessionOf(date);
    if (session === undefined) outside.push({ start: new Date(start), why: `${date} is no session` });
    else if (intraday && (start < session.open.getTime() || start >= session.close.getTime())) {
      const hours = `${session.open.toISOString()} to ${session.close.toISOString()}`;
      outside.push({ start: new Date(start), why: `it starts outside ${hours}` });
    }
  }
  return outside.slice(0, MOST).map(({ start, why }) => ({
    status: 'warning',
    timestamp: start,
    message: `the bar of ${start.toISOString()} is outside any regular session: ${why}`,
    details: { outside: outside.length },
  }));
}

/** Whether sessions have ended since the last bar, as seen at `now`. */
export function staleSeries(series: BarSeries, now: Date): CheckResult[] {
  const last = series.timestamp.at(-1);
  if (last === undefined) return [];
  const lastDate = tradingDate(new Date(last));
  const behind = sessionsBetween(lastDate, tradingDate(now)).filter(
    ({ date, close }) => date > lastDate && close <= now,
  );
  const newest = behind.at(-1);
  if (newest === undefined) return [];
  return [
    {
      status: 'warning',
      timestamp: new Date(last),
      message: `the last bar is of ${lastDate}; ${behind.length} sessions have ended since, the latest on ${newest.date}`,
      details: { lastDate, sessionsBehind: behind.length },
    },
  ];
}

/** The trading dates of a series that are sessions, in the order of time. */
function tradingDates(series: BarSeries, since: number): Set<string> {
  const dates = new Set<string>();
  for (const { date } of dated(series, since)) if (isSession(date)) dates.add(date);
  return dates;
}

/** Each bar's start with its trading date, worked out once an hour: New York's midnight is on the hour in UTC. */
function* dated(series: BarSeries, since: number): Generator<{ start: number; date: string }> {
  let hour = Number.NaN;
  let date = '';
  for (const start of series.timestamp.subarray(since)) {
    const current = Math.floor(start / 3_600_000);
    if (current !== hour) {
      hour = current;
      date = tradingDate(new Date(start));
    }
    yield { start, date };
  }
}
