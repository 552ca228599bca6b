import {
  type Decimal,
  type DecimalInput,
  exactDecimal,
  ORDER_SIDES,
  ORDER_TYPES,
  type OrderSide,
  type OrderType,
  parseSymbol,
  TIMES_IN_FORCE,
  type TimeInForce,
  TradingError,
} from '@trading/model';

/** An order that someone asks for. */
export interface OrderRequest {
  /** Ours, deterministic from what causes the order: asking twice with one id places one order. */
  readonly orderId: string;
  readonly accountId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  /** `market` unless told. */
  readonly orderType?: OrderType;
  /** `day` unless told. */
  readonly timeInForce?: TimeInForce;
  readonly quantity: DecimalInput;
  /** Limit price of a limit or stop_limit order. */
  readonly price?: DecimalInput;
  /** Trigger price of a stop or stop_limit order. */
  readonly stopPrice?: DecimalInput;
  readonly strategyId?: string;
  readonly signalId?: string;
  /** The series at whose prices it fills, its strategy's; that of its account unless told. */
  readonly tradingSource?: string;
  /** The order that it takes the place of. */
  readonly replacesOrderId?: string;
  /** Market time of the decision; now, unless told. */
  readonly decidedAt?: Date;
}

/** A request that can be stored: complete and checked. */
export interface CheckedOrder {
  readonly orderId: string;
  readonly accountId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: Decimal;
  readonly price: Decimal | null;
  readonly stopPrice: Decimal | null;
  readonly strategyId: string | null;
  readonly signalId: string | null;
  /** Null where it is the account's. */
  readonly tradingSource: string | null;
  readonly replacesOrderId: string | null;
  readonly decidedAt: Date;
}

/**
 * Holds a request to what an order can be.
 *
 * @throws TradingError `EXECUTION.INVALID_ORDER`, `MODEL.INVALID_SYMBOL`, `MODEL.NOT_A_NUMBER`, `MODEL.DOES_NOT_FIT`
 */
export function checkOrder(request: OrderRequest): CheckedOrder {
  const orderType = request.orderType ?? 'market';
  const timeInForce = request.timeInForce ?? 'day';
  id('orderId', request.orderId, 100);
  id('accountId', request.accountId, 50);
  oneOf('side', request.side, ORDER_SIDES);
  oneOf('orderType', orderType, ORDER_TYPES);
  oneOf('timeInForce', timeInForce, TIMES_IN_FORCE);
  const stops = orderType === 'stop' || orderType === 'stop_limit';
  if (stops && (timeInForce === 'ioc' || timeInForce === 'fok')) {
    throw invalid('timeInForce', timeInForce, `a ${orderType} order waits for its stop: it is day or gtc`);
  }
  return {
    orderId: request.orderId,
    accountId: request.accountId,
    symbol: parseSymbol(request.symbol),
    side: request.side,
    orderType,
    timeInForce,
    quantity: positive('quantity', request.quantity),
    price: priceFor('price', request.price, orderType, orderType === 'limit' || orderType === 'stop_limit'),
    stopPrice: priceFor('stopPrice', request.stopPrice, orderType, stops),
    strategyId: request.strategyId ?? null,
    signalId: request.signalId ?? null,
    tradingSource: request.tradingSource ?? null,
    replacesOrderId: request.replacesOrderId ?? null,
    decidedAt: request.decidedAt ?? new Date(),
  };
}

function priceFor(
  field: string,
  value: DecimalInput | undefined,
  orderType: OrderType,
  needed: boolean,
): Decimal | null {
  if (value === undefined) {
    if (needed) throw invalid(field, 'missing', `a ${orderType} order needs one`);
    return null;
  }
  if (!needed) throw invalid(field, value.toString(), `a ${orderType} order has none`);
  return positive(field, value);
}

function positive(field: string, value: DecimalInput): Decimal {
  const decimal = exactDecimal(field, value);
  if (!decimal.gt(0)) throw invalid(field, decimal.toString(), 'it must be above 0');
  return decimal;
}

function id(field: string, value: string, most: number): void {
  if (value.length === 0 || value.length > most)
    throw invalid(field, value, `it must have 1 to ${most} characters`);
}

function oneOf(field: string, value: string, values: readonly string[]): void {
  if (!values.includes(value)) throw invalid(field, value, `it must be one of ${values.join(', ')}`);
}

function invalid(field: string, value: string, why: string): TradingError {
  return new TradingError('EXECUTION.INVALID_ORDER', `${field} is '${value}': ${why}`, {
    details: { field, value },
  });
}
