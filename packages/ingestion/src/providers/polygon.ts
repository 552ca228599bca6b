import { Decimal } from '@trading/model';
import { z } from 'zod';
import type { AnnouncedAction } from '../actions/corporateAction';
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

const SPLIT = z.object({
  id: z.string().max(100).nullish(),
  execution_date: z.iso.date(),
  split_from: z.number().positive(),
  split_to: z.number().positive(),
});
const DIVIDEND = z.object({
  id: z.string().max(100).nullish(),
  ex_dividend_date: z.iso.date(),
  record_date: z.iso.date().nullish(),
  pay_date: z.iso.date().nullish(),
  cash_amount: z.number().positive(),
  currency: z.string().length(3).nullish(),
  // SC is special cash, CD a regular one.
  dividend_type: z.string().nullish(),
});

function announced(symbol: string, id: string | null | undefined): Omit<AnnouncedAction, 'type' | 'exDate'> {
  return {
    symbol,
    source: 'polygon',
    sourceId: id ?? null,
    ...{ recordDate: null, payDate: null, numerator: null, denominator: null },
    ...{ amount: null, currency: null, newSymbol: null },
  };
}

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
    async actions({ symbol, from, to, signal }) {
      const read = async <Row extends z.ZodType>(path: string, dateField: string, row: Row) => {
        const shape = z.object({ results: z.array(row).optional(), next_url: z.string().optional() });
        const rows: z.output<Row>[] = [];
        let next: string = path;
        let query: Record<string, string> = {
          ticker: symbol,
          [`${dateField}.gte`]: from,
          [`${dateField}.lte`]: to,
          limit: '1000',
        };
        for (;;) {
          const answer = answerOf('polygon', shape, await http.getJson(next, query, signal));
          rows.push(...((answer.results ?? []) as z.output<Row>[]));
          if (answer.next_url === undefined) return rows;
          next = answer.next_url;
          query = {};
        }
      };
      const splits = await read('/v3/reference/splits', 'execution_date', SPLIT);
      const dividends = await read('/v3/reference/dividends', 'ex_dividend_date', DIVIDEND);
      return [
        ...splits.map((split) => ({
          ...announced(symbol, split.id),
          type: 'split' as const,
          exDate: split.execution_date,
          numerator: new Decimal(String(split.split_to)),
          denominator: new Decimal(String(split.split_from)),
        })),
        ...dividends.map((dividend) => ({
          ...announced(symbol, dividend.id),
          type: dividend.dividend_type === 'SC' ? ('special_dividend' as const) : ('cash_dividend' as const),
          exDate: dividend.ex_dividend_date,
          recordDate: dividend.record_date ?? null,
          payDate: dividend.pay_date ?? null,
          amount: new Decimal(String(dividend.cash_amount)),
          currency: dividend.currency?.toUpperCase() ?? 'USD',
        })),
      ];
    },
  };
}
