export { type AlpacaBrokerOptions, createAlpacaBroker } from './broker/alpaca/alpacaBroker';
export { type BrokerSession, type BrokerSessionOptions, createBrokerSession } from './broker/brokerSession';
export type { Difference, ReconciliationReport } from './broker/reconcile';
export type {
  BrokerFill,
  BrokerMessage,
  BrokerOrder,
  BrokerOrderState,
  BrokerPosition,
  BrokerStream,
  RemoteBroker,
} from './broker/remoteBroker';
export type { BrokerSessionStep } from './broker/sessionContext';
export type { Cash, CashPosting } from './cash/cash';
export { createExecutionClient, type ExecutionClient } from './client';
export type { ReportedFill } from './fills/reportedFill';
export { type CommissionModel, DEFAULT_COSTS, type TradingCosts } from './matching/costs';
export type { PriceBar } from './matching/fillPrice';
export type { Execution, FillModel, Match, SessionRule } from './matching/matchBar';
export { createPaperBroker, type PaperBroker } from './matching/paperBroker';
export {
  createSimulatedAccount,
  type SimulatedAccount,
  type SimulatedFill,
  type SimulatedPosition,
} from './matching/simulatedAccount';
export { missingShares, type SizingBasis } from './orders/missingShares';
export { leaves, type Order } from './orders/order';
export { createOrderGateway, type OrderGateway, type OrderGatewayOptions } from './orders/orderGateway';
export type { OrderRequest } from './orders/orderRequest';
export { orderIdOf } from './orders/placeForSignals';
export type { Replacement } from './orders/replaceOrder';
export { assertTransition, isTerminal, TRANSITIONS } from './orders/transitions';
export type {
  AuditedMove,
  AuditedSignal,
  AuditedSplit,
  AuditedTrade,
  PositionAudit,
} from './positions/auditPosition';
export {
  applyFill,
  averagePrice,
  type FillEffect,
  FLAT,
  type Holding,
  unrealized,
} from './positions/position';
export { createExecutionService, type ExecutionService, type ExecutionServiceOptions } from './service';
export { readBrokerAccounts } from './sql/broker/brokerAccounts';
export type { CashBalance } from './sql/cash/selectBalances';
export type { LedgerEntry, LedgerFilter } from './sql/cash/selectLedger';
export type { BookingOutcome } from './sql/fills/bookReports';
export type { BustOutcome, ReportedBust } from './sql/fills/bustFill';
export type { AccountSeries } from './sql/orders/accountSeries';
export type { LoggedMove, OrderHistory, OrderTrade } from './sql/orders/selectOrderHistory';
export type { OrderFilter } from './sql/orders/selectOrders';
export type { ForgottenBars, ForgottenEffects, SuspectFill } from './sql/positions/forgetBars';
export type { HeldPosition } from './sql/positions/readPositions';
export type { Discrepancy } from './sql/positions/verifyLedger';
