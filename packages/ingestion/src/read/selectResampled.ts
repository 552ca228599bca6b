import { type BarQuery, type Quote, selectBars } from './barQuery';
import { minutesOf, type Resampled } from './timeframe';

/**
 * The SELECT that makes longer bars of a session's shorter ones, in the order of time. A bar is counted from the
 * session's opening at 09:30 in New York, not from the full hour: the first of a day's hours is 09:30 to 10:30, the
 * last 15:30 to 16:00. A day's bar starts at midnight in New York, as daily bars do. Bars outside the regular session
 * are left out.
 */
export function selectResampled(quote: Quote, query: BarQuery, every: Resampled): string {
  const start =
    every === '1d'
      ? `date_trunc('day', local)`
      : `opening + floor(extract(epoch FROM local - opening) / ${minutesOf(every) * 60}) * interval '${minutesOf(every)} minutes'`;
  return `
    SELECT (start AT TIME ZONE 'America/New_York') AS "timestamp",
           (array_agg(open ORDER BY "timestamp"))[1]::numeric(15,4) AS open, max(high)::numeric(15,4) AS high,
           min(low)::numeric(15,4) AS low, (array_agg(close ORDER BY "timestamp" DESC))[1]::numeric(15,4) AS close,
           sum(volume)::bigint AS volume
      FROM (SELECT *, ${start} AS start
              FROM (SELECT *, date_trunc('day', local) + interval '09:30' AS opening
                      FROM (SELECT *, "timestamp" AT TIME ZONE 'America/New_York' AS local
                              FROM (${selectBars(quote, query)}) AS bar) AS localised) AS opened
             WHERE local >= opening AND local < date_trunc('day', local) + interval '16:00') AS session
     GROUP BY start ORDER BY start`;
}
