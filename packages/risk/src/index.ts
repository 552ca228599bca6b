export { type AccountState, observePnl, openState } from './accountState';
export { createRiskClient, type RiskClient } from './client';
export {
  type Denial,
  type JudgedAccount,
  type JudgedHolding,
  type JudgedOrder,
  judgeMarketOrder,
  type MarketOrder,
} from './judgeOrder';
export type { KillSwitch, KillSwitches } from './killSwitch';
export type { KillLevel, KillScope, KillTarget } from './killTarget';
export { type Limit, type Limits, type PositionLimit, starterLimits } from './limits';
export { LIMIT_TYPE_NAMES, LIMIT_TYPES, type LimitType, NEEDED_LIMITS, STRATEGY_LIMITS } from './limitTypes';
export type { RiskEvent, RiskEventHistory } from './riskEvents';
export { createRiskService, type RiskService, type RiskServiceOptions } from './service';
export type { KnownAccount } from './sql/readAccounts';
