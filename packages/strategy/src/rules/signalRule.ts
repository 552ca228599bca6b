import type { Decimal, Signal, StrategyParameters } from '@trading/model';

/** One bar as a rule sees it: its start and its close. */
export interface Close {
  /** Start of the bar, UTC. */
  readonly timestamp: Date;
  readonly close: Decimal;
}

/** What a rule says about the last bar that it was shown. */
export interface Verdict {
  readonly signal: Signal;
  /** 0 to 1 in steps of 0.01: the share of the strategy's allocation that the signal is worth. */
  readonly strength: Decimal;
}

/**
 * A way to turn bars into signals. It is pure: the same parameters and closes give the same verdict, so a replay gives
 * the signals that live trading gave.
 */
export interface SignalRule<Parameters extends RuleParameters = RuleParameters> {
  /** What `parameters.kind` says to choose this rule. */
  readonly kind: string;
  /**
   * Reads the parameters, its own and those that every strategy has.
   *
   * @throws TradingError `STRATEGY.INVALID_PARAMETERS` naming each field that is wrong
   */
  parse(parameters: unknown): Parameters;
  /** How many closes, the evaluated bar's included, `evaluate` wants to see. */
  closesNeeded(parameters: Parameters): number;
  /** @param closes  oldest first; fewer than asked for where the series is young */
  evaluate(parameters: Parameters, closes: readonly Close[]): Verdict;
}

/** The parameters that the service itself needs, whatever the rule. */
export interface RuleParameters extends StrategyParameters {
  /** The share of `startingCapital` that a buy of full strength puts into one symbol; 0 to 1. */
  readonly allocation: string;
}
