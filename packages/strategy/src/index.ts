export { createStrategyClient, type StrategyClient } from './client';
export {
  type DecisionMaterial,
  deadlineError,
  decideHere,
  type StrategyRunner,
  viewOf,
} from './decide/material';
export { signalId } from './decide/signalId';
export { type BarColumns, type BarField, type Bars, BarWindow } from './define/bars';
export type { Decision, OrderWish, Target, Wanted } from './define/decision';
export {
  defineStrategy,
  type Outcome,
  type ParametersOf,
  type ReadyStrategy,
  type StrategyKind,
  type StrategyKindDefinition,
} from './define/defineStrategy';
export type { AccountView, Moment, MomentView, UniverseMoment, WorkingOrder } from './define/moment';
export { type ReplayedDecision, replayBars, type TestBars } from './define/replayBars';
export { BUILT_IN_STRATEGIES } from './kinds/strategyKinds';
export type { UnreadableStrategyListener } from './preparedStrategies';
export type { RegisteredStrategy, Registration, StrategyDefinition } from './register';
export { createStrategyService, type StrategyService, type StrategyServiceOptions } from './service';
export type { StoredSignal } from './sql/selectRecentSignals';
export type { StrategyVersion } from './sql/selectVersions';
export type { StrategyStatus } from './strategyStatus';
