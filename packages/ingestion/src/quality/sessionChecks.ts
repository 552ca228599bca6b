import { parseDataSource, tradingDate } from '@trading/model';
import { isSession, sessionOf, sessionsBetween } from '../calendar/xnys';
import type { BarSeries } from '../read/barSeries';
import type { CheckResult } from './finding';

/** Findings of one check at most: a series of another exchange would give one a day. */
const MOST = 100;

/** Sessions between the first and the last bar that have none. */
export function missingSessions(series: BarSeries): CheckResult[] {
  const dates = tradingDates(series);
  const [first] = dates;
  const last = [...dates].at(-1);
  if (first === undefined || last === undefined) return [];
  const missing = sessionsBetween(first, last).filter(({ date }) => !dates.has(date));
  return missing.slice(0, MOST).map(({ date, open }) => ({
    status: 'warning',
    timestamp: open,
    message: `the session of ${date} has no bar`,
    details: { date, missing: missing.length },
  }));
}

/** Bars of a day on which the exchange was shut; intraday also those before its opening or after its close. */
export function barsOutsideSessions(series: BarSeries): CheckResult[] {
  const intraday = /[mh]$/.test(parseDataSource(series.dataSource).timeframe);
  const outside: { start: Date; why: string }[] = [];
  for (const { start, date } of dated(series)) {
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

/** Whether sessions have ended since the last bar. */
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
function tradingDates(series: BarSeries): Set<string> {
  const dates = new Set<string>();
  for (const { date } of dated(series)) if (isSession(date)) dates.add(date);
  return dates;
}

/** Each bar's start with its trading date, worked out once an hour: New York's midnight is on the hour in UTC. */
function* dated(series: BarSeries): Generator<{ start: number; date: string }> {
  let hour = Number.NaN;
  let date = '';
  for (const start of series.timestamp) {
    const current = Math.floor(start / 3_600_000);
    if (current !== hour) {
      hour = current;
      date = tradingDate(new Date(start));
    }
    yield { start, date };
  }
}
