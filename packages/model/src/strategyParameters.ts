import { z } from 'zod';
import { accountId, dataSource, decimalText, symbol } from './events/fields';

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
});

/** Parameters that every strategy has. */
export type StrategyParameters = z.output<typeof strategyParameters>;
