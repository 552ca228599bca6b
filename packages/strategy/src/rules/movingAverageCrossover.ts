import { Decimal, strategyParameters } from '@trading/model';
import { z } from 'zod';
import { parseRuleParameters } from './parseRuleParameters';
import type { Close, SignalRule, Verdict } from './signalRule';

/** How many bars of exactly equal averages are looked through for the side that they were on before. */
const MAX_TOUCHES = 5;

const fraction = z
  .string()
  .regex(/^(0?\.\d{1,6}|0|1(\.0{1,6})?)$/, 'must be a fraction from 0 to 1 as text, with at most 6 decimals')
  .refine((text) => new Decimal(text).gt(0), 'must be above 0');

const schema = strategyParameters
  .extend({
    kind: z.literal('moving_average_crossover'),
    /** Bars in the fast average. */
    fast: z.int().min(1).max(1_000),
    /** Bars in the slow average. */
    slow: z.int().min(2).max(1_000),
    allocation: fraction,
    /** The gap between the averages, as a fraction of the slow one, that is worth full strength; without it every cross is. */
    fullStrengthGap: fraction.optional(),
  })
  .refine(({ fast, slow }) => fast < slow, { path: ['fast'], message: 'must be less than slow' })
  .refine(({ allocation, symbols }) => new Decimal(allocation).times(symbols.length).lte(1), {
    path: ['allocation'],
    message: 'is for each symbol, and all symbols together must not take more than 1',
  });

/** Parameters of a `moving_average_crossover` strategy. */
export type MovingAverageCrossoverParameters = z.output<typeof schema>;

const HOLD: Verdict = { signal: 'hold', strength: new Decimal(0) };

/**
 * Buys when the fast simple moving average of the closes crosses above the slow one, sells when it crosses below.
 *
 * A bar's side is the sign of fast - slow, in exact arithmetic. The last bar is a cross when its side is not zero and
 * differs from the side of the bar before it; bars of side zero (a touch) keep the side that came before them, so a
 * touch that turns back is no signal, and a line that was flat for as long as can be seen has no side, so leaving it is
 * a cross. Until slow + 1 closes are there, nothing can be said.
 */
export const movingAverageCrossover: SignalRule<MovingAverageCrossoverParameters> = {
  kind: 'moving_average_crossover',
  parse: (parameters) => parseRuleParameters('moving_average_crossover', schema, parameters),
  closesNeeded: ({ slow }) => slow + 1 + MAX_TOUCHES,
  evaluate(parameters, closes) {
    const bars = closes.length - parameters.slow + 1;
    if (bars < 2) return HOLD;
    const gaps = averageGaps(parameters, closes, bars);
    const side = gaps.at(-1)?.sign ?? 0;
    const before = gaps.slice(0, -1).findLast((gap) => gap.sign !== 0)?.sign ?? 0;
    if (side === 0 || side === before) return HOLD;
    return { signal: side > 0 ? 'buy' : 'sell', strength: strengthOf(parameters, gaps.at(-1)) };
  },
};

/** fast - slow of one bar, kept as sums so that nothing is divided. */
interface AverageGap {
  readonly sign: number;
  readonly fastSum: Decimal;
  readonly slowSum: Decimal;
}

/** The gap at each of the last `bars` bars, oldest first; sums slide, so a bar costs four additions. */
function averageGaps(
  { fast, slow }: MovingAverageCrossoverParameters,
  closes: readonly Close[],
  bars: number,
): AverageGap[] {
  const price = (index: number) => closes[index]?.close ?? new Decimal(0);
  const sum = (from: number, to: number) =>
    closes.slice(from, to).reduce((total, bar) => total.plus(bar.close), new Decimal(0));
  const first = closes.length - bars;
  let fastSum = sum(first - fast + 1, first + 1);
  let slowSum = sum(first - slow + 1, first + 1);
  const gaps: AverageGap[] = [];
  for (let last = first; last < closes.length; last += 1) {
    if (last > first) {
      fastSum = fastSum.plus(price(last)).minus(price(last - fast));
      slowSum = slowSum.plus(price(last)).minus(price(last - slow));
    }
    gaps.push({ sign: fastSum.times(slow).cmp(slowSum.times(fast)), fastSum, slowSum });
  }
  return gaps;
}

function strengthOf(
  { fast, slow, fullStrengthGap }: MovingAverageCrossoverParameters,
  gap: AverageGap | undefined,
): Decimal {
  if (fullStrengthGap === undefined || gap === undefined) return new Decimal(1);
  const relative = gap.fastSum.times(slow).div(gap.slowSum.times(fast)).minus(1).abs();
  const share = relative.div(fullStrengthGap).toDecimalPlaces(2, Decimal.ROUND_UP);
  return Decimal.min(1, share);
}
