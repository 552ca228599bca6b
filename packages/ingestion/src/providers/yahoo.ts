import { type DataSource, Decimal, dailyBarStart } from '@trading/model';
import { z } from 'zod';
import type { AnnouncedAction } from '../actions/corporateAction';
import type { SourceRow } from '../barRow';
import { isTimeZone } from '../files/timeForm';
import { answerOf } from './answer';
import { barStart, epochSeconds, isOver } from './barStart';
import type { HttpClient } from './httpClient';
import type { BarProvider, ProviderRequest } from './provider';
import { providerError } from './providerError';
import { quoteRow } from './quoteRow';
import { unsupportedSeries } from './unsupportedSeries';

const EVENTS = z.object({
  splits: z
    .record(
      z.string(),
      z.object({ date: epochSeconds, numerator: z.number().positive(), denominator: z.number().positive() }),
    )
    .optional(),
  dividends: z.record(z.string(), z.object({ date: epochSeconds, amount: z.number().positive() })).optional(),
});
const column = z.array(z.number().nullable()).optional();
const CHART = z
  .object({
    meta: z
      .object({
        currency: z.string().nullish(),
        // A zone that is not known would put every bar on a date that is a guess.
        exchangeTimezoneName: z
          .string()
          .refine(isTimeZone, { message: 'is no time zone that is known' })
          .nullish(),
      })
      .optional(),
    events: EVENTS.optional(),
    timestamp: z.array(epochSeconds).optional(),
    indicators: z.object({
      quote: z.tuple([z.object({ open: column, high: column, low: column, close: column, volume: column })]),
      adjclose: z.tuple([z.object({ adjclose: column })]).optional(),
    }),
  })
  // Without a trade there are neither times nor quotes; a column that is shorter than the times would lose bars.
  .check(({ value: { timestamp = [], indicators }, issues }) => {
    const [quote] = indicators.quote;
    const columns = { ...quote, ...indicators.adjclose?.[0] };
    for (const name of ['open', 'high', 'low', 'close', 'volume', 'adjclose'] as const) {
      const values = columns[name];
      if (name === 'adjclose' && values === undefined) continue;
      if ((values?.length ?? 0) === timestamp.length) continue;
      const message = `has ${values?.length ?? 'no'} values for ${timestamp.length} times`;
      issues.push({ code: 'custom', input: values, path: ['indicators', name], message });
    }
  });
const ANSWER = z.object({
  chart: z
    .object({
      result: z.tuple([CHART]).nullable(),
      error: z.object({ code: z.string(), description: z.string() }).nullish(),
    })
    .refine(({ result, error }) => result !== null || error, {
      path: ['result'],
      message: 'is null, and there is no error',
    }),
});
type Chart = z.output<typeof CHART>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How Yahoo calls a timeframe, how far back it has it, and how much of it one call may ask for; days. */
interface Interval {
  readonly name: string;
  readonly daysBack?: number;
  readonly daysACall?: number;
}

const INTERVALS: Readonly<Record<string, Interval>> = {
  '1m': { name: '1m', daysBack: 30, daysACall: 7 },
  '5m': { name: '5m', daysBack: 60 },
  '15m': { name: '15m', daysBack: 60 },
  '30m': { name: '30m', daysBack: 60 },
  '1h': { name: '60m', daysBack: 730 },
  '1d': { name: '1d' },
};

function intervalOf(source: DataSource): Interval {
  const interval = INTERVALS[source.timeframe];
  if (interval !== undefined) return interval;
  throw unsupportedSeries(source, 'Yahoo has 1m, 5m, 15m, 30m, 1h and daily');
}

/**
 * Bars of Yahoo's chart: `/v8/finance/chart/...`. Quotes are split-adjusted and fill `yahoo`; the adjusted closes of
 * the same answer fill `yahoo_adjusted`, daily only. A row of nulls is a session without a trade, and no bar. Intraday
 * bars go back for some days only: what lies before them is refused before any call.
 */
export function createYahoo(http: HttpClient): BarProvider {
  return {
    name: 'yahoo',
    seriesOf(source) {
      intervalOf(source);
      if (source.timeframe === '1d') return ['yahoo', 'yahoo_adjusted'];
      if (source.adjusted) throw unsupportedSeries(source, 'Yahoo adjusts daily bars only');
      return [source.name];
    },
    // An hour later than it must be: until the call is made, what Yahoo has moves on.
    earliest(source, now) {
      const first = firstServed(source, now);
      return first && new Date(first.getTime() + HOUR_MS);
    },
    async *pages(request) {
      const { symbol, source, signal } = request;
      const interval = intervalOf(source);
      const rows = rowReader(request, this.seriesOf(source));
      for (const { from, to } of calls(request, interval)) {
        const chart = await askChart(http, { symbol, from, to, interval: interval.name, signal });
        request.onActions?.(announcedIn(chart, symbol, reachesNow(to, request.now)));
        yield rows(chart);
      }
    },
    async actions({ symbol, from, to, now, signal }) {
      // Amounts are in the shares of today: only with all splits until now can they be put back into those of their day.
      const chart = await askChart(http, {
        symbol,
        from: dailyBarStart(from).getTime() / 1_000,
        to: Math.floor(now.getTime() / 1_000) + 1,
        interval: '1d',
        signal,
      });
      return announcedIn(chart, symbol, true).filter(({ exDate }) => exDate >= from && exDate <= to);
    },
  };
}

async function askChart(
  http: HttpClient,
  range: {
    readonly symbol: string;
    readonly from: number;
    readonly to: number;
    readonly interval: string;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Chart> {
  const { symbol, from, to, interval, signal } = range;
  const json = await http.getJson(
    `/v8/finance/chart/${encodeURIComponent(symbol)}`,
    { period1: String(from), period2: String(to), interval, events: 'div,splits' },
    signal,
  );
  const { result, error } = answerOf('yahoo', ANSWER, json).chart;
  if (!error && result !== null) return result[0];
  throw providerError('PROVIDER.NOT_FOUND', `yahoo has no ${symbol}: ${error?.description}`, {
    provider: 'yahoo',
    symbol,
  });
}

/** Whether an answer that ends then has every split until now. */
function reachesNow(to: number, now: Date): boolean {
  return to * 1_000 >= now.getTime() - DAY_MS;
}

/**
 * The splits and dividends of an answer. Yahoo adjusts the amounts of dividends for later splits; they are put back into
 * the shares of their ex-date by the splits of the same answer, which must reach to today for that: otherwise dividends
 * are left out.
 */
function announcedIn({ events, meta }: Chart, symbol: string, reaches: boolean): AnnouncedAction[] {
  const dateOf = dateIn(meta?.exchangeTimezoneName);
  const { currency, unit } = moneyOf(meta?.currency ?? 'USD');
  const common = {
    symbol,
    ...{ recordDate: null, payDate: null, newSymbol: null, source: 'yahoo' as const, sourceId: null },
  };
  const splits = Object.values(events?.splits ?? {}).map(({ date, numerator, denominator }) => ({
    ...common,
    type: 'split' as const,
    exDate: dateOf(date),
    numerator: new Decimal(String(numerator)),
    denominator: new Decimal(String(denominator)),
    amount: null,
    currency: null,
  }));
  const dividends = reaches ? Object.values(events?.dividends ?? {}) : [];
  return [
    ...splits.filter(({ numerator, denominator }) => !numerator.eq(denominator)),
    ...dividends.map(({ date, amount }) => {
      const exDate = dateOf(date);
      const factor = splits
        .filter((split) => split.exDate > exDate)
        .reduce((product, split) => product.times(split.numerator).div(split.denominator), new Decimal(1));
      return {
        ...common,
        type: 'cash_dividend' as const,
        exDate,
        numerator: null,
        denominator: null,
        // What was paid has no more decimals than this; the rest is what dividing it had left.
        amount: new Decimal(String(amount)).times(factor).times(unit).toDecimalPlaces(6),
        currency,
      };
    }),
  ];
}

/** Tells the exchange's calendar date of a moment, seconds since 1970; New York's, where no exchange is named. */
function dateIn(zone: string | null | undefined): (seconds: number) => string {
  const timeZone = zone ?? 'America/New_York';
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (seconds) => format.format(new Date(seconds * 1_000));
}

/** Some exchanges quote in a hundredth of their currency; money is kept in whole ones. */
const HUNDREDTHS: Readonly<Record<string, string>> = { GBp: 'GBP', GBX: 'GBP', ZAc: 'ZAR', ILA: 'ILS' };

function moneyOf(quoted: string): { currency: string; unit: Decimal } {
  const whole = HUNDREDTHS[quoted];
  return whole === undefined
    ? { currency: quoted.toUpperCase(), unit: new Decimal(1) }
    : { currency: whole, unit: new Decimal('0.01') };
}

function firstServed(source: DataSource, now: Date): Date | undefined {
  const { daysBack } = intervalOf(source);
  return daysBack === undefined ? undefined : new Date(now.getTime() - daysBack * DAY_MS);
}

/** The calls that a range takes, in seconds; Yahoo leaves the end of each out. */
function* calls({ source, from, to, now }: ProviderRequest, { daysBack, daysACall }: Interval) {
  const first = firstServed(source, now);
  if (first !== undefined && from < first) {
    throw providerError(
      'PROVIDER.NO_SUCH_HISTORY',
      `from is ${from.toISOString()}; yahoo has bars of ${source.timeframe} for the last ${daysBack} days only, ` +
        `from ${first.toISOString()} on`,
      { provider: 'yahoo', field: 'from', value: from.toISOString(), daysBack },
    );
  }
  const end = Math.floor(to.getTime() / 1_000) + 1;
  const most = ((daysACall ?? Number.POSITIVE_INFINITY) * DAY_MS) / 1_000;
  for (let start = Math.floor(from.getTime() / 1_000); start < end; start += most)
    yield { from: start, to: Math.min(end, start + most) };
}

/** Reads the rows of one chart after the other. */
function rowReader({ symbol, source, now }: ProviderRequest, series: readonly string[]) {
  const starts = new Set<number>();
  let position = 0;
  return ({ timestamp = [], indicators, meta }: Chart): SourceRow[] => {
    const dateOf = dateIn(meta?.exchangeTimezoneName);
    const [quote] = indicators.quote;
    const adjusted = indicators.adjclose?.[0].adjclose;
    return timestamp.flatMap((seconds, index) => {
      position += 1;
      const at = (values: (number | null)[] | undefined) => values?.[index] ?? null;
      const values = {
        open: at(quote.open),
        high: at(quote.high),
        low: at(quote.low),
        close: at(quote.close),
      };
      if (Object.values(values).every((value) => value === null)) return [];
      // A daily bar is of the date that its exchange has then: Sydney's opens on the evening before in New York.
      const start =
        source.timeframe === '1d'
          ? dailyBarStart(dateOf(seconds))
          : barStart(seconds * 1_000, source.timeframe);
      // The live row comes last: off the grid, or a second time for a day that is there.
      const live = seconds % 60 !== 0 || starts.has(start.getTime());
      if (live || !isOver(start, source.timeframe, now)) return [];
      starts.add(start.getTime());
      const adjustedClose = series.length > 1 ? { adjustedClose: at(adjusted) } : {};
      return [
        quoteRow(position, symbol, start, { ...values, volume: at(quote.volume), ...adjustedClose }, series),
      ];
    });
  };
}
