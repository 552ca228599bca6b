import { tradingDate } from '../tradingDate';
import { bankHolidays } from './xnysHolidays';

const DAY_MS = 86_400_000;

/**
 * The day on which a US equity trade settles: one business day after its trading date (SEC rule 15c6-1). Weekends, the
 * exchanges' holidays and the two bank holidays on which they trade (Columbus Day, Veterans Day) are no settlement days.
 *
 * @param executedAt  when it was executed, UTC
 * @returns `YYYY-MM-DD`
 */
export function settlementDate(executedAt: Date): string {
  const traded = tradingDate(executedAt);
  if (latest?.traded !== traded) latest = { traded, settles: settlementOf(traded) };
  return latest.settles;
}

/** Fills come by the thousand on one date. */
let latest: { readonly traded: string; readonly settles: string } | undefined;

function settlementOf(traded: string): string {
  let day = new Date(`${traded}T00:00:00Z`);
  do day = new Date(day.getTime() + DAY_MS);
  while (!settles(day));
  return day.toISOString().slice(0, 10);
}

const byYear = new Map<number, ReadonlySet<string>>();

function settles(day: Date): boolean {
  const year = day.getUTCFullYear();
  const closed = byYear.get(year) ?? bankHolidays(year);
  byYear.set(year, closed);
  return ![0, 6].includes(day.getUTCDay()) && !closed.has(day.toISOString().slice(0, 10));
}
