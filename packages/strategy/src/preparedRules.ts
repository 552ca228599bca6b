import { isTradingError, type TradingError } from '@trading/model';
import { prepareRule, type ReadyRule } from './rules/catalogue';
import type { ActiveStrategyRow } from './sql/selectActiveStrategies';

/** Told once about each strategy whose stored parameters no rule can read; the strategy is passed over. */
export type UnreadableStrategyListener = (strategyId: string, error: TradingError) => void;

/** Turns strategies' rows into rules, parsing each version of a strategy's parameters once. */
export interface PreparedRules {
  /** Null where the parameters can't be read: one strategy that was edited by hand must not stop the others. */
  ruleOf(row: ActiveStrategyRow): ReadyRule | null;
}

/**
 * Keeps the parsed rule of each strategy for as long as its parameters stay the same text. Nothing has to be told of a
 * change: which strategies are active, and with what, is read from the database for every event.
 */
export function createPreparedRules(onUnreadable: UnreadableStrategyListener): PreparedRules {
  const known = new Map<string, { readonly parameters: string; readonly rule: ReadyRule | null }>();
  return {
    ruleOf({ strategy_id: strategyId, parameters }) {
      const found = known.get(strategyId);
      if (found?.parameters === parameters) return found.rule;
      const rule = prepareOrReport(strategyId, parameters, onUnreadable);
      known.set(strategyId, { parameters, rule });
      return rule;
    },
  };
}

function prepareOrReport(
  strategyId: string,
  parameters: string,
  onUnreadable: UnreadableStrategyListener,
): ReadyRule | null {
  try {
    return prepareRule(JSON.parse(parameters));
  } catch (error) {
    if (!isTradingError(error)) throw error;
    onUnreadable(strategyId, error);
    return null;
  }
}
