import { z } from 'zod';
import { Decimal } from './decimal';
import { accountId, dataSource, dateText, decimalText, symbol } from './events/fields';

/** A fraction above 0 and up to 1, as text. */
export const fractionText = z
  .string()
  .regex(/^(0?\.\d{1,6}|0|1(\.0{1,6})?)$/, 'must be a fraction from 0 to 1 as text, with at most 6 decimals')
  .refine((text) => new Decimal(text).gt(0), 'must be above 0');

/**
 * What every strategy's `parameters` say, whatever its kind adds: whose account it trades, which symbols, from which
 * series it takes its signals and at which series' prices it trades, and with how much money it began.
 */
export const strategyParameters = z.looseObject({
  /** Which rule turns bars into signals, e.g. `moving_average_crossover`. */
  kind: z.string().min(1),
  accountId,
  symbols: z.array(symbol).min(1),
  /** Adjusted prices, so that a dividend is no signal. */
  signalSource: dataSource,
  /** Prices as they were quoted: orders fill and positions are marked at these. */
  tradingSource: dataSource,
  startingCapital: decimalText,
  /** The part of the capital that a target may take at most; an equal part for each symbol if it isn't given. */
  allocation: fractionText.optional(),
  /** The first trading date that its figures count; that of the first bar of the trading series if it isn't given. */
  startDate: dateText.optional(),
});

/** Parameters that every strategy has. */
export type StrategyParameters = z.output<typeof strategyParameters>;
