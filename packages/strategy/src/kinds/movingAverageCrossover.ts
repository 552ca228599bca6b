import { Decimal, fractionText } from '@trading/model';
import { z } from 'zod';
import type { Bars } from '../define/bars';
import { defineStrategy } from '../define/defineStrategy';

/** How many bars of exactly equal averages are looked through for the side that they were on before. */
const MAX_TOUCHES = 5;

const parameters = z
  .object({
    /** Bars in the fast average. */
    fast: z.int().min(1).max(1_000),
    /** Bars in the slow average. */
    slow: z.int().min(2).max(1_000),
    /** The gap between the averages, as a fraction of the slow one, that is worth full strength; without it every cross is. */
    fullStrengthGap: fractionText.optional(),
  })
  .refine(({ fast, slow }) => fast < slow, { path: ['fast'], message: 'must be less than slow' });

/**
 * Buys when the fast simple moving average of the closes crosses above the slow one, sells when it crosses below.
 *
 * A bar's side is the sign of fast - slow, in exact arithmetic. The last bar is a cross when its side is not zero and
 * differs from the side of the bar before it; bars of side zero (a touch) keep the side that came before them, so a
 * touch that turns back is no signal, and a line that was flat for as long as can be seen has no side, so leaving it is
 * a cross. Until slow + 1 closes are there, nothing can be said.
 */
export const movingAverageCrossover = defineStrategy({
  kind: 'moving_average_crossover',
  summary: 'Buys when the fast moving average crosses above the slow one, sells when it crosses below.',
  parameters,
  fields: ['close'],
  history: ({ slow }) => slow + 1 + MAX_TOUCHES,
  decide({ symbol, bars, parameters: { fast, slow, fullStrengthGap }, allocation }) {
    const earliest = bars.length - slow;
    if (earliest < 1) return undefined;
    const side = sideOf(bars, 0, fast, slow);
    if (side === 0) return undefined;
    let before = 0;
    for (let ago = 1; ago <= earliest && before === 0; ago += 1) before = sideOf(bars, ago, fast, slow);
    if (side === before) return undefined;
    const strength = fullStrengthGap === undefined ? 1 : strengthOf(bars, fast, slow, fullStrengthGap);
    return { targets: [{ symbol, weight: side > 0 ? allocation : 0, strength }] };
  },
});

/** The sum of `count` closes up to a bar, in ten-thousandths. */
function sum(bars: Bars, ago: number, count: number): number {
  let total = 0;
  for (let back = ago; back < ago + count; back += 1) total += bars.ticks('close', back);
  return total;
}

/** The sign of fast - slow of a bar, as sums so that nothing is divided. */
function sideOf(bars: Bars, ago: number, fast: number, slow: number): number {
  const fastSum = sum(bars, ago, fast);
  const slowSum = fastSum + sum(bars, ago + fast, slow - fast);
  const left = fastSum * slow;
  const right = slowSum * fast;
  if (left <= Number.MAX_SAFE_INTEGER && right <= Number.MAX_SAFE_INTEGER) return Math.sign(left - right);
  const exactly = (count: number) => {
    let total = 0n;
    for (let back = ago; back < ago + count; back += 1) total += BigInt(bars.ticks('close', back));
    return total;
  };
  const gap = exactly(fast) * BigInt(slow) - exactly(slow) * BigInt(fast);
  return gap > 0n ? 1 : gap < 0n ? -1 : 0;
}

/** How much of a full-strength gap there is on the last bar, rounded up to 0.01. */
function strengthOf(bars: Bars, fast: number, slow: number, fullStrengthGap: string): Decimal {
  const total = (count: number) => new Decimal(sum(bars, 0, count));
  // One division, of whole numbers: a rounded average would be rounded up a second time.
  const relative = total(fast).times(slow).div(total(slow).times(fast)).minus(1).abs();
  return Decimal.min(1, relative.div(fullStrengthGap).toDecimalPlaces(2, Decimal.ROUND_UP));
}
