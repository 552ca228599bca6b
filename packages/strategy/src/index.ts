export { createStrategyClient, type StrategyClient } from './client';
export { type BarColumns, type BarField, type Bars, BarWindow } from './define/bars';
export type { Decision, Target, Wanted } from './define/decision';
export {
  defineStrategy,
  type Moment,
  type ParametersOf,
  type ReadyStrategy,
  type StrategyDefinition as StrategyKindDefinition,
  type StrategyKind,
} from './define/defineStrategy';
export { BUILT_IN_STRATEGIES } from './kinds/strategyKinds';
export type { UnreadableStrategyListener } from './preparedStrategies';
export type { RegisteredStrategy, Registration, StrategyDefinition } from './register';
export { createStrategyService, type StrategyService, type StrategyServiceOptions } from './service';
export { signalId } from './signalId';
export type { StoredSignal } from './sql/selectRecentSignals';
export type { StrategyVersion } from './sql/selectVersions';
export type { StrategyStatus } from './strategyStatus';
