import { z } from 'zod';
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
