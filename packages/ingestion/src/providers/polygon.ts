import { z } from 'zod';
import { answerOf } from './answer';
import { barStart, epochMs, isOver } from './barStart';
import type { HttpClient } from './httpClient';
import type { BarProvider } from './provider';
import { quoteRow } from './quoteRow';
import { unsupportedSeries } from './unsupportedSeries';

const number = z
  .number()
  .nullish()
  .transform((value) => value ?? null);
const count = z.int().nonnegative().optional();
const ANSWER = z
  .object({
    // DELAYED is what plans without real time get.
    status: z.enum(['OK', 'DELAYED']),
    queryCount: count,
    resultsCount: count,
    results: z
      .array(z.object({ t: epochMs, o: number, h: number, l: number, c: number, v: number }))
      .optional(),
    next_url: z.string().optional(),
  })
  // An empty answer has no results, and says so: what has neither is no answer of Polygon's.
  .refine(
    ({ results, resultsCount, queryCount }) => results !== undefined || (resultsCount ?? queryCount) === 0,
    {
      path: ['results'],
      message: 'is not there, and neither resultsCount nor queryCount says that there is none',
    },
  );

const SPANS: Readonly<Record<string, string>> = { m: 'minute', h: 'hour', d: 'day', w: 'week' };

/**
 * Bars of Polygon, now also Massive: `/v2/aggs/ticker/.../range/...`. Prices are adjusted for splits and for nothing
 * else, which is what the series `polygon` holds; it has no dividend-adjusted one.
 */
export function createPolygon(http: HttpClient): BarProvider {
  return {
    name: 'polygon',
    seriesOf(source) {
      if (source.adjusted) throw unsupportedSeries(source, 'Polygon adjusts for splits only');
      return [source.name];
    },
    earliest: () => undefined,
    async *pages({ symbol, source, from, to, now, signal }) {
      const { timeframe } = source;
      const span = SPANS[timeframe.slice(-1)] ?? 'day';
      const range = `${timeframe.slice(0, -1)}/${span}/${from.getTime()}/${to.getTime()}`;
      let path = `/v2/aggs/ticker/${encodeURIComponent(symbol)}/range/${range}`;
      let query: Record<string, string> = { adjusted: 'true', sort: 'asc', limit: '50000' };
      let position = 0;
      for (;;) {
        const answer = answerOf('polygon', ANSWER, await http.getJson(path, query, signal));
        const results = answer.results ?? [];
        yield results
          .map((bar) => ({ bar, start: barStart(bar.t, timeframe) }))
          .filter(({ start }) => isOver(start, timeframe, now))
          .map(({ bar: { o, h, l, c, v }, start }) => {
            position += 1;
            return quoteRow(position, symbol, start, { open: o, high: h, low: l, close: c, volume: v }, [
              source.name,
            ]);
          });
        if (answer.next_url === undefined) return;
        // It has the query in it, but not the key.
        path = answer.next_url;
        query = {};
      }
    },
  };
}
