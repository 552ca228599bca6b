import { isTradingError, type TradingError } from '@trading/model';
import type { ReadyStrategy } from './define/defineStrategy';
import type { StrategyKinds } from './kinds/strategyKinds';
import type { ActiveStrategyRow } from './sql/selectActiveStrategies';

/** Told once about each strategy whose stored parameters no kind can read; the strategy is passed over. */
export type UnreadableStrategyListener = (strategyId: string, error: TradingError) => void;

/** Turns strategies' rows into strategies that can decide, parsing each version of their parameters once. */
export interface PreparedStrategies {
  /** Null where the parameters can't be read: one strategy that was edited by hand must not stop the others. */
  strategyOf(row: ActiveStrategyRow): ReadyStrategy | null;
}

/**
 * Keeps each parsed strategy for as long as its parameters stay the same text. Nothing has to be told of a change: which
 * strategies are active, and with what, is read from the database for every event.
 */
export function createPreparedStrategies(
  kinds: StrategyKinds,
  onUnreadable: UnreadableStrategyListener,
): PreparedStrategies {
  const known = new Map<string, { readonly parameters: string; readonly strategy: ReadyStrategy | null }>();
  const prepareOrReport = (strategyId: string, parameters: string): ReadyStrategy | null => {
    try {
      return kinds.prepare(JSON.parse(parameters));
    } catch (error) {
      if (!isTradingError(error)) throw error;
      onUnreadable(strategyId, error);
      return null;
    }
  };
  return {
    strategyOf({ strategy_id: strategyId, parameters }) {
      const found = known.get(strategyId);
      if (found?.parameters === parameters) return found.strategy;
      const strategy = prepareOrReport(strategyId, parameters);
      known.set(strategyId, { parameters, strategy });
      return strategy;
    },
  };
}
