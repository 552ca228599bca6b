export { type AlpacaBrokerOptions, createAlpacaBroker } from './alpaca/alpacaBroker';
export type { AuditedMove, AuditedSignal, AuditedTrade, PositionAudit } from './auditPosition';
export type { Booking } from './bookFill';
export { type BrokerDesk, type BrokerDeskOptions, createBrokerDesk } from './broker/brokerDesk';
export type { DeskStep } from './broker/deskContext';
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
export type { ReportedBust } from './bustFill';
export { createExecutionClient, type ExecutionClient } from './client';
export { createOrderGateway, type OrderGateway, type OrderGatewayOptions } from './gateway/orderGateway';
export { missingShares, type SizingBasis } from './missingShares';
export { orderIdOf } from './onSignal';
export { leaves, type Order } from './order';
export type { OrderRequest } from './orderRequest';
export { type CommissionModel, DEFAULT_COSTS, type TradingCosts } from './paper/costs';
export type { PriceBar } from './paper/fillPrice';
export type { Execution, FillModel, Match, SessionRule } from './paper/matchBar';
export { createPaperBroker, type PaperBroker } from './paper/paperBroker';
export {
  createSimulatedAccount,
  type SimulatedAccount,
  type SimulatedFill,
  type SimulatedPosition,
} from './paper/simulatedAccount';
export type { PreTradeRisk, RiskEvents } from './ports';
export { applyFill, averagePrice, type FillEffect, FLAT, type Holding, unrealized } from './position';
export type { Replacement } from './replaceOrder';
export type { ReportedFill } from './reportedFill';
export { createExecutionService, type ExecutionService, type ExecutionServiceOptions } from './service';
export type { BookingOutcome } from './sql/bookFill';
export { readBrokerAccounts } from './sql/brokerAccounts';
export type { HeldPosition } from './sql/readPositions';
export type { LoggedMove, OrderHistory, OrderTrade } from './sql/selectOrderHistory';
export type { OrderFilter } from './sql/selectOrders';
export type { Discrepancy } from './sql/verifyLedger';
export { assertTransition, isTerminal, TRANSITIONS } from './transitions';
