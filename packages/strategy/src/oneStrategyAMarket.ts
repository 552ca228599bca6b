import { isTradingError, TradingError } from '@trading/model';

/**
 * Says in the strategies' words that the database refused a second active strategy on an account and symbol; any other error
 * is given back as it is.
 *
 * @returns TradingError `STRATEGY.MARKET_TAKEN`, or the error
 */
export function marketTaken(error: unknown, strategyId: string): unknown {
  if (!isTradingError(error) || error.details.constraint !== 'one_strategy_a_market') return error;
  return new TradingError(
    'STRATEGY.MARKET_TAKEN',
    `${error.message}: give it an account of its own, or deactivate the other one`,
    { cause: error, details: { field: 'strategyId', value: strategyId } },
  );
}
