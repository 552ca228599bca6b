export type { Bar } from './bar';
export { settlementDate } from './calendar/settlementDate';
export {
  closedReason,
  dayBefore,
  isSession,
  lastSession,
  type Session,
  sessionOf,
  sessionOn,
  sessionsBetween,
} from './calendar/xnys';
export { CASH_KINDS, type CashKind } from './cash';
export { ACTION_TYPES, type ActionType } from './corporateAction';
export {
  type DataSource,
  MAX_DATA_SOURCE_LENGTH,
  PROVIDERS,
  type Provider,
  parseDataSource,
} from './dataSource';
export {
  COMMISSION_COLUMN,
  Decimal,
  type DecimalInput,
  exactDecimal,
  type NumericColumn,
  PRICE_COLUMN,
  roundToColumn,
} from './decimal';
export type { CurveFigures } from './equityCurve';
export type { ErrorCode } from './errorCodes/catalogue';
export { errorsDocument } from './errorCodes/document';
export { type ErrorKind, isTradingError, TradingError } from './errors';
export {
  defineEvent,
  EVENT_TYPES,
  EVENTS,
  type EventData,
  type EventDefinition,
  type EventDefinitions,
  type EventType,
  registerEvents,
} from './events/catalogue';
export {
  describeEvents,
  type EventDescription,
  eventsDocument,
  eventTypesSql,
  type FieldDescription,
} from './events/describe';
export { createEvent, type EventOrigin, readEventData, type TradingEvent } from './events/event';
export { eventSentence } from './events/eventSentence';
export { shortText, storableText } from './foreignText';
export {
  ORDER_SIDES,
  ORDER_STATUSES,
  ORDER_TYPES,
  type OrderSide,
  type OrderStatus,
  type OrderType,
  SEVERITIES,
  type Severity,
  SIGNALS,
  type Signal,
  TIMES_IN_FORCE,
  type TimeInForce,
} from './orders';
export type {
  Cause,
  RiskObservation,
} from './riskDecision';
export { cashInLieu, type SplitTerms, splitQuantity } from './split';
export { fractionText, type StrategyParameters, strategyParameters } from './strategyParameters';
export { parseSymbol } from './symbol';
export { dailyBarStart, endOfDate, nextDate, tradingDate } from './tradingDate';
