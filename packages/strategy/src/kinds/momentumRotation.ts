import { Decimal } from '@trading/model';
import { roc } from 'indicatorts';
import { z } from 'zod';
import { defineStrategy } from '../define/defineStrategy';

const parameters = z.object({
  /** Bars over which a symbol's rise is measured. */
  lookback: z.int().min(1).max(1_000).default(126),
  /** The newest bars that are left out of it: short rises tend to turn back. */
  skip: z.int().min(0).max(250).default(0),
  /** How many of the best are held, in equal parts. */
  hold: z.int().min(1).max(100).default(1),
  /** Bars between two rotations. */
  every: z.int().min(1).max(250).default(21),
});

/** What it keeps: how many moments it has seen since the last rotation. */
const state = z.object({ since: z.int().min(0) });

/**
 * Momentum rotation: every so many bars it ranks its symbols by their rise over the lookback and holds the best of them, those
 * that rose at all, in equal parts of the allocation. The others are flat. Two that rose alike are ranked by their name. A
 * symbol without a bar of the moment, or without enough of them, isn't ranked and keeps what it has.
 *
 * The rise is `roc` of `indicatorts`: 100 x (close / close of `lookback` bars before - 1), as TA-Lib's ROC (see the test).
 */
export const momentumRotation = defineStrategy({
  kind: 'momentum_rotation',
  summary: 'Holds the symbols that rose most, and rotates every so many bars.',
  parameters,
  fields: ['close'],
  history: ({ lookback, skip }) => lookback + skip + 1,
  state,
  decideAll({
    symbols,
    barsOf,
    has,
    parameters: { lookback, skip, hold, every },
    allocation,
    state: before,
  }) {
    const since = before === undefined ? every : before.since + 1;
    if (since < every) return { state: { since } };
    const ranked = symbols
      .filter((symbol) => has(symbol) && barsOf(symbol).length > lookback + skip)
      .map((symbol) => {
        const closes = Array.from(barsOf(symbol).column('close')).slice(0, lookback + 1);
        return { symbol, rise: roc(closes, { period: lookback }).at(-1) ?? 0 };
      })
      .sort((a, b) => b.rise - a.rise || (a.symbol < b.symbol ? -1 : 1));
    // Until there is something to rank, the first rotation is still to come.
    if (ranked.length === 0) return undefined;
    const best = new Set(ranked.slice(0, hold).flatMap(({ symbol, rise }) => (rise > 0 ? [symbol] : [])));
    const part = allocation.div(hold).toDecimalPlaces(6, Decimal.ROUND_DOWN);
    return {
      targets: ranked.map(({ symbol }) => ({ symbol, weight: best.has(symbol) ? part : 0 })),
      state: { since: 0 },
    };
  },
});
