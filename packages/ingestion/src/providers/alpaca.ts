import { Decimal } from '@trading/model';
import { z } from 'zod';
import type { AnnouncedAction } from '../actions/corporateAction';
import { answerOf } from './answer';
import { barStart, isOver } from './barStart';
import type { HttpClient } from './httpClient';
import type { BarProvider } from './provider';
import { providerError } from './providerError';
import { quoteRow } from './quoteRow';

const ANSWER = z.object({
  bars: z
    .record(
      z.string(),
      z.array(
        z.object({
          t: z.string(),
          o: z.number(),
          h: z.number(),
          l: z.number(),
          c: z.number(),
          v: z.number(),
        }),
      ),
    )
    // Null where there is none; without it the answer is no answer of Alpaca's.
    .nullable(),
  next_page_token: z.string().nullable(),
});

const dates = {
  id: z.string().max(100).nullish(),
  ex_date: z.iso.date(),
  record_date: z.iso.date().nullish(),
  payable_date: z.iso.date().nullish(),
};
const split = z.object({
  ...dates,
  symbol: z.string(),
  new_rate: z.number().positive(),
  old_rate: z.number().positive(),
});
const ACTIONS = z.object({
  corporate_actions: z.object({
    forward_splits: z.array(split).optional(),
    reverse_splits: z.array(split).optional(),
    cash_dividends: z
      .array(z.object({ ...dates, symbol: z.string(), rate: z.number().positive(), special: z.boolean() }))
      .optional(),
    name_changes: z
      .array(
        z.object({
          id: z.string().max(100).nullish(),
          old_symbol: z.string(),
          new_symbol: z.string(),
          process_date: z.iso.date(),
        }),
      )
      .optional(),
  }),
  next_page_token: z.string().nullish(),
});

function announcedIn(
  actions: z.output<typeof ACTIONS>['corporate_actions'],
  asked: string,
): AnnouncedAction[] {
  const announced = (one: { readonly id?: string | null | undefined }) => ({
    source: 'alpaca' as const,
    sourceId: one.id ?? null,
    ...{ recordDate: null, payDate: null, numerator: null, denominator: null },
    ...{ amount: null, currency: null, newSymbol: null },
  });
  const dated = (
    one:
      | z.output<typeof split>
      | {
          ex_date: string;
          record_date?: string | null | undefined;
          payable_date?: string | null | undefined;
        },
  ) => ({
    exDate: one.ex_date,
    recordDate: one.record_date ?? null,
    payDate: one.payable_date ?? null,
  });
  return [
    ...[...(actions.forward_splits ?? []), ...(actions.reverse_splits ?? [])].map((one) => ({
      ...announced(one),
      ...dated(one),
      symbol: one.symbol,
      type: 'split' as const,
      numerator: new Decimal(String(one.new_rate)),
      denominator: new Decimal(String(one.old_rate)),
    })),
    ...(actions.cash_dividends ?? []).map((one) => ({
      ...announced(one),
      ...dated(one),
      symbol: one.symbol,
      type: one.special ? ('special_dividend' as const) : ('cash_dividend' as const),
      amount: new Decimal(String(one.rate)),
      currency: 'USD',
    })),
    ...(actions.name_changes ?? []).map((one) => ({
      ...announced(one),
      symbol: one.old_symbol,
      type: 'symbol_change' as const,
      exDate: one.process_date,
      newSymbol: one.new_symbol,
    })),
  ].filter(({ symbol, newSymbol }) => symbol === asked || newSymbol === asked);
}

const UNITS: Readonly<Record<string, string>> = { m: 'Min', h: 'Hour', d: 'Day', w: 'Week' };

/**
 * Bars of Alpaca: `/v2/stocks/bars`. `alpaca` is adjusted for splits, `alpaca_adjusted` for splits and dividends, each
 * a call of its own.
 *
 * @param feed  `sip`, or `iex` for plans without it
 */
export function createAlpaca(http: HttpClient, feed: 'sip' | 'iex' = 'sip'): BarProvider {
  return {
    name: 'alpaca',
    seriesOf: (source) => [source.name],
    earliest: () => undefined,
    async *pages({ symbol, source, from, to, now, signal }) {
      const { timeframe, adjusted, name } = source;
      const query = {
        symbols: symbol,
        timeframe: `${timeframe.slice(0, -1)}${UNITS[timeframe.slice(-1)] ?? 'Day'}`,
        start: from.toISOString(),
        end: to.toISOString(),
        limit: '10000',
        adjustment: adjusted ? 'all' : 'split',
        feed,
      };
      let position = 0;
      let token: string | null | undefined;
      do {
        const page: Record<string, string> = token ? { ...query, page_token: token } : query;
        const answer = answerOf('alpaca', ANSWER, await http.getJson('/v2/stocks/bars', page, signal));
        yield barsOf(answer.bars ?? {}, symbol)
          .map((bar) => ({ bar, start: barStart(new Date(bar.t).getTime(), timeframe) }))
          .filter(({ start }) => isOver(start, timeframe, now))
          .map(({ bar: { o, h, l, c, v }, start }) => {
            position += 1;
            return quoteRow(position, symbol, start, { open: o, high: h, low: l, close: c, volume: v }, [
              name,
            ]);
          });
        token = answer.next_page_token;
      } while (token);
    },
    async actions({ symbol, from, to, signal }) {
      const found: AnnouncedAction[] = [];
      let token: string | null | undefined;
      do {
        const query: Record<string, string> = {
          symbols: symbol,
          types: 'forward_split,reverse_split,cash_dividend,name_change',
          start: from,
          end: to,
          limit: '1000',
          ...(token ? { page_token: token } : {}),
        };
        const answer = answerOf(
          'alpaca',
          ACTIONS,
          await http.getJson('/v1/corporate-actions', query, signal),
        );
        found.push(...announcedIn(answer.corporate_actions, symbol));
        token = answer.next_page_token;
      } while (token);
      return found;
    },
  };
}

/** The bars of the symbol that was asked for; none where the answer has none of any. */
function barsOf<Bar>(bars: Readonly<Record<string, readonly Bar[]>>, symbol: string): readonly Bar[] {
  const other = Object.keys(bars).find((name) => name !== symbol);
  if (other === undefined) return bars[symbol] ?? [];
  throw providerError(
    'PROVIDER.MALFORMED_ANSWER',
    `alpaca answered in a shape that is not known: bars.${other} was not asked for, ${symbol} was`,
    { provider: 'alpaca', symbol, other },
  );
}
