import { Decimal } from '@trading/model';
import { movingStandardDeviation, sma } from 'indicatorts';
import { z } from 'zod';
import { defineStrategy } from '../define/defineStrategy';

const parameters = z
  .object({
    /** Bars of the spread's mean and deviation. */
    period: z.int().min(5).max(1_000).default(60),
    /** Deviations from the mean at which the pair is entered. */
    entry: z.number().min(0.5).max(10).default(2),
    /** Deviations from the mean within which it is left again. */
    exit: z.number().min(0).max(5).default(0.5),
  })
  .refine(({ entry, exit }) => exit < entry, { path: ['exit'], message: 'must be less than entry' });

/** Which way the pair is held: 1 is long the first symbol and short the second, -1 the other way round, 0 not at all. */
const state = z.object({ side: z.union([z.literal(-1), z.literal(0), z.literal(1)]) });

/**
 * Trades two symbols against each other: the spread is ln(first / second). Where it is `entry` standard deviations (of the
 * population) below its mean, the first is bought and the second sold short for the same money, half of the allocation each;
 * above it, the other way round; back within `exit` deviations both are flat.
 */
export const pairs = defineStrategy({
  kind: 'pairs',
  summary: 'Trades the spread of two symbols back to its mean, long one and short the other.',
  parameters,
  symbols: 2,
  fields: ['close'],
  history: ({ period }) => period,
  state,
  decideAll({ symbols, barsOf, has, parameters: { period, entry, exit }, allocation, state: before }) {
    const [first = '', second = ''] = symbols;
    if (!has(first) || !has(second)) return undefined;
    const [one, two] = [barsOf(first), barsOf(second)];
    if (one.length < period || two.length < period) return undefined;
    const other = two.column('close');
    const spread = Array.from(one.column('close'), (close, row) =>
      Math.log(close / (other[row] ?? Number.NaN)),
    );
    const deviation = movingStandardDeviation(spread, { period }).at(-1) ?? 0;
    if (deviation === 0) return undefined;
    const score = ((spread.at(-1) ?? 0) - (sma(spread, { period }).at(-1) ?? 0)) / deviation;
    const held = before?.side ?? 0;
    const side = sideOf(score, held, entry, exit);
    if (side === held) return undefined;
    const half = allocation.div(2).toDecimalPlaces(6, Decimal.ROUND_DOWN);
    return {
      targets: [
        { symbol: first, weight: half.times(side) },
        { symbol: second, weight: half.times(-side) },
      ],
      state: { side },
    };
  },
});

function sideOf(score: number, held: -1 | 0 | 1, entry: number, exit: number): -1 | 0 | 1 {
  if (score <= -entry) return 1;
  if (score >= entry) return -1;
  return Math.abs(score) <= exit ? 0 : held;
}
