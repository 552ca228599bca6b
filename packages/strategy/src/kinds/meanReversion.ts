import { movingStandardDeviation, sma } from 'indicatorts';
import { z } from 'zod';
import { defineStrategy } from '../define/defineStrategy';

const parameters = z.object({
  /** Bars of the middle band, a simple moving average of the closes. */
  period: z.int().min(2).max(1_000).default(20),
  /** Standard deviations (of the population) from the middle band to the outer ones. */
  width: z.number().min(0.1).max(10).default(2),
  /** Whether it also sells short above the upper band. */
  short: z.boolean().default(false),
});

/**
 * Bollinger bands: buys when the close falls below the lower band, and ends the position when the close is back at the
 * middle band or above. With `short` it does the same the other way round above the upper band.
 *
 * Bands come from `indicatorts`; their values agree with TA-Lib's BBANDS (see the test). A band is crossed on a bar that is
 * beyond it while the bar before was not.
 */
export const meanReversion = defineStrategy({
  kind: 'mean_reversion',
  summary:
    'Buys below the lower Bollinger band, and is flat again at the middle band; can do the same short.',
  parameters,
  fields: ['close'],
  history: ({ period }) => period + 1,
  decide({ symbol, bars, parameters: { period, width, short }, allocation }) {
    if (bars.length <= period) return undefined;
    const closes = Array.from(bars.column('close'));
    const means = sma(closes, { period });
    const deviations = movingStandardDeviation(closes, { period });
    // The close against the bands in standard deviations, on the bar before and on this one.
    const [before, now] = [period - 1, period].map((index) => {
      const [close = 0, mean = 0, deviation = 0] = [closes[index], means[index], deviations[index]];
      return deviation === 0 ? 0 : (close - mean) / deviation;
    }) as [number, number];
    if (before >= -width && now < -width) return { targets: [{ symbol, weight: allocation }] };
    if (short && before <= width && now > width)
      return { targets: [{ symbol, weight: allocation.negated() }] };
    const back = (before < 0 && now >= 0) || (short && before > 0 && now <= 0);
    return back ? { targets: [{ symbol, weight: 0 }] } : undefined;
  },
});
