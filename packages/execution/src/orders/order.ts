import { Decimal, type OrderSide, type OrderStatus, type OrderType, type TimeInForce } from '@trading/model';

/** An order as it stands. */
export interface Order {
  /** Ours; deterministic from what caused it. */
  readonly orderId: string;
  readonly accountId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: Decimal;
  readonly filledQuantity: Decimal;
  readonly avgFillPrice: Decimal | null;
  /** Limit price. */
  readonly price: Decimal | null;
  readonly stopPrice: Decimal | null;
  readonly status: OrderStatus;
  /** The series at whose prices it fills. */
  readonly tradingSource: string;
  readonly strategyId: string | null;
  readonly signalId: string | null;
  readonly brokerOrderId: string | null;
  /** The order that it took, or is to take, the place of. */
  readonly replacesOrderId: string | null;
  readonly correlationId: string | null;
  /** Market time of the decision: only later bars can fill it. */
  readonly decidedAt: Date;
  /** Start of the bar in which its stop was reached. */
  readonly triggeredAt: Date | null;
  /** Start of the last bar that it was matched against. */
  readonly matchedThrough: Date | null;
  /** Why it was rejected or cancelled. */
  readonly reason: string | null;
}

/** A row of `execution.orders`, as {@link ORDER_COLUMNS} selects it. */
export interface OrderRow {
  readonly order_id: string;
  readonly account_id: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly order_type: OrderType;
  readonly time_in_force: TimeInForce;
  readonly quantity: string;
  readonly filled_quantity: string;
  readonly avg_fill_price: string | null;
  readonly price: string | null;
  readonly stop_price: string | null;
  readonly status: OrderStatus;
  readonly trading_source: string;
  readonly strategy: string | null;
  readonly signal_id: string | null;
  readonly broker_order_id: string | null;
  readonly replaces_order_id: string | null;
  readonly correlation_id: string | null;
  readonly decided_at: Date;
  readonly triggered_at: Date | null;
  readonly matched_through: Date | null;
  readonly reason: string | null;
}

/** The columns that {@link toOrder} reads. */
export const ORDER_COLUMNS =
  'order_id, account_id, symbol, side, order_type, time_in_force, quantity, filled_quantity, avg_fill_price, price, ' +
  'stop_price, status, trading_source, strategy, signal_id, broker_order_id, replaces_order_id, correlation_id, decided_at, triggered_at, matched_through, reason';

/** Reads a row into an order. */
export function toOrder(row: OrderRow): Order {
  return {
    orderId: row.order_id,
    accountId: row.account_id,
    symbol: row.symbol,
    side: row.side,
    orderType: row.order_type,
    timeInForce: row.time_in_force,
    quantity: new Decimal(row.quantity),
    filledQuantity: new Decimal(row.filled_quantity),
    avgFillPrice: optional(row.avg_fill_price),
    price: optional(row.price),
    stopPrice: optional(row.stop_price),
    status: row.status,
    tradingSource: row.trading_source,
    strategyId: row.strategy,
    signalId: row.signal_id,
    brokerOrderId: row.broker_order_id,
    replacesOrderId: row.replaces_order_id,
    correlationId: row.correlation_id,
    decidedAt: row.decided_at,
    triggeredAt: row.triggered_at,
    matchedThrough: row.matched_through,
    reason: row.reason,
  };
}

/** What can still fill. Zero when the order is done. */
export function leaves(order: Pick<Order, 'quantity' | 'filledQuantity' | 'status'>): Decimal {
  return order.status === 'pending' || order.status === 'submitted' || order.status === 'partially_filled'
    ? order.quantity.minus(order.filledQuantity)
    : new Decimal(0);
}

function optional(value: string | null): Decimal | null {
  return value === null ? null : new Decimal(value);
}
