import { z } from 'zod';
import { answerOf } from './answer';
import { barStart, isOver } from './barStart';
import type { HttpClient } from './httpClient';
import type { BarProvider } from './provider';
import { providerError } from './providerError';
import { quoteRow } from './quoteRow';
import { unsupportedSeries } from './unsupportedSeries';

const column = z.array(z.number().nullable()).optional();
const ANSWER = z.object({
  chart: z.object({
    result: z
      .array(
        z.object({
          timestamp: z.array(z.number()).optional(),
          indicators: z.object({
            quote: z.array(
              z.object({ open: column, high: column, low: column, close: column, volume: column }),
            ),
            adjclose: z.array(z.object({ adjclose: column })).optional(),
          }),
        }),
      )
      .nullable(),
    error: z.object({ code: z.string(), description: z.string() }).nullish(),
  }),
});

const INTERVALS: Readonly<Record<string, string>> = {
  '1m': '1m',
  '5m': '5m',
  '15m': '15m',
  '30m': '30m',
  '1h': '60m',
  '1d': '1d',
};

/**
 * Bars of Yahoo's chart: `/v8/finance/chart/...`. Quotes are split-adjusted and fill `yahoo`; the adjusted closes of
 * the same answer fill `yahoo_adjusted`, daily only. A row of nulls is a session without a trade, and no bar.
 */
export function createYahoo(http: HttpClient): BarProvider {
  return {
    name: 'yahoo',
    seriesOf(source) {
      if (INTERVALS[source.timeframe] === undefined)
        throw unsupportedSeries(source, 'Yahoo has 1m, 5m, 15m, 30m, 1h and daily');
      if (source.timeframe === '1d') return ['yahoo', 'yahoo_adjusted'];
      if (source.adjusted) throw unsupportedSeries(source, 'Yahoo adjusts daily bars only');
      return [source.name];
    },
    async *pages({ symbol, source, from, to, now, signal }) {
      const { timeframe } = source;
      const series = this.seriesOf(source);
      const json = await http.getJson(
        `/v8/finance/chart/${encodeURIComponent(symbol)}`,
        {
          period1: String(Math.floor(from.getTime() / 1_000)),
          // Yahoo leaves the end out.
          period2: String(Math.floor(to.getTime() / 1_000) + 1),
          interval: INTERVALS[timeframe] ?? '1d',
          events: 'div,splits',
        },
        signal,
      );
      const { result, error } = answerOf('yahoo', ANSWER, json).chart;
      if (error)
        throw providerError('PROVIDER.NOT_FOUND', `yahoo has no ${symbol}: ${error.description}`, {
          provider: 'yahoo',
          symbol,
        });
      const [chart] = result ?? [];
      const [quote] = chart?.indicators.quote ?? [];
      const adjusted = chart?.indicators.adjclose?.[0]?.adjclose;
      const starts = new Set<number>();
      yield (chart?.timestamp ?? []).flatMap((seconds, index) => {
        const at = (values: (number | null)[] | undefined) => values?.[index] ?? null;
        const values = {
          open: at(quote?.open),
          high: at(quote?.high),
          low: at(quote?.low),
          close: at(quote?.close),
        };
        if (Object.values(values).every((value) => value === null)) return [];
        const start = barStart(seconds * 1_000, timeframe);
        // The live row comes last: off the grid, or a second time for a day that is there.
        const live = seconds % 60 !== 0 || starts.has(start.getTime());
        if (live || !isOver(start, timeframe, now)) return [];
        starts.add(start.getTime());
        const adjustedClose = series.length > 1 ? { adjustedClose: at(adjusted) } : {};
        return [
          quoteRow(
            index + 1,
            symbol,
            start,
            { ...values, volume: at(quote?.volume), ...adjustedClose },
            series,
          ),
        ];
      });
    },
  };
}
