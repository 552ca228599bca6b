export { createStrategyClient, type StrategyClient } from './client';
export type { UnreadableStrategyListener } from './preparedRules';
export type { RegisteredStrategy, Registration, StrategyDefinition } from './register';
export { prepareRule, type ReadyRule, RULE_KINDS } from './rules/catalogue';
export type { MovingAverageCrossoverParameters } from './rules/movingAverageCrossover';
export type { Close, RuleParameters, Verdict } from './rules/signalRule';
export { createStrategyService, type StrategyService, type StrategyServiceOptions } from './service';
export type { StrategyStatus } from './strategyStatus';
