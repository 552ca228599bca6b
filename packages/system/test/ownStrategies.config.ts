import { defineStrategy } from '@trading/strategy';
import { z } from 'zod';

const none = z.object({});
const fields = ['close'] as const;

/** Each of its kind decides as its name says; the tests give them days. */
const kinds = [
  defineStrategy({
    kind: 'buys',
    summary: 'Wants ten shares of whatever comes.',
    parameters: none,
    fields,
    history: () => 1,
    decide: ({ symbol }) => ({ targets: [{ symbol, quantity: 10 }] }),
  }),
  defineStrategy({
    kind: 'throws',
    summary: 'Throws on its second day.',
    parameters: none,
    fields,
    history: () => 2,
    decide({ bars }) {
      if (bars.length > 1) throw new RangeError('no second day');
      return undefined;
    },
  }),
  defineStrategy({
    kind: 'loops',
    summary: 'Does not come to an end.',
    parameters: none,
    fields,
    history: () => 1,
    decide() {
      for (;;);
    },
  }),
  defineStrategy({
    kind: 'exits',
    summary: 'Ends its thread.',
    parameters: none,
    fields,
    history: () => 1,
    decide: () => process.exit(7),
  }),
  defineStrategy({
    kind: 'nan',
    summary: 'Divides by nothing.',
    parameters: none,
    fields,
    history: () => 1,
    decide: ({ symbol }) => ({ targets: [{ symbol, weight: 0 / 0 }] }),
  }),
  defineStrategy({
    kind: 'ladder',
    summary: 'Places a limit and a stop order on its first day.',
    parameters: none,
    fields,
    history: () => 2,
    decide: ({ symbol, bars }) =>
      bars.length > 1
        ? undefined
        : {
            orders: [
              {
                symbol,
                side: 'buy',
                quantity: 5,
                orderType: 'limit',
                price: bars.close() - 1,
                timeInForce: 'gtc',
              },
              {
                symbol,
                side: 'buy',
                quantity: 3,
                orderType: 'stop',
                stopPrice: bars.close() + 2,
                timeInForce: 'gtc',
              },
            ],
          },
  }),
  defineStrategy({
    kind: 'counts',
    summary: 'Counts its days, and holds as many hundredths of its equity in each symbol.',
    parameters: none,
    fields,
    history: () => 1,
    account: true,
    state: z.object({ days: z.int(), held: z.record(z.string(), z.string()) }),
    waitMs: 60_000,
    decideAll({ symbols, state, account, has }) {
      const days = (state?.days ?? 0) + 1;
      const held = Object.fromEntries(symbols.map((symbol) => [symbol, account.quantity(symbol).toFixed()]));
      return {
        targets: symbols.filter(has).map((symbol) => ({ symbol, weight: days / 100 })),
        state: { days, held },
      };
    },
  }),
];

export default { strategies: kinds };
