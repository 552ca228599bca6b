export {
  type AccountClosing,
  type AccountDefinition,
  type AccountLine,
  type AccountServices,
  type Accounts,
  type AccountView,
  accountDefinition,
  createAccounts,
  openingCash,
} from './accounts';
export type { Announcer } from './announcer';
export { type CancelPath, cancelOrder } from './cancelOrder';
export { type ConfigSource, combineConfigs, defineConfig, type TradingConfig } from './config/config';
export { loadConfig } from './config/loadConfig';
export type { ServicePools, SystemConnection } from './pools';
export { differenceText, openBrokerSession, type RemoteAccount } from './remoteAccount';
export type { SystemFigures } from './systemFigures';
export {
  openTradingSystem,
  type StrategyIsolation,
  type TradingSystem,
  type TradingSystemOptions,
} from './tradingSystem';
