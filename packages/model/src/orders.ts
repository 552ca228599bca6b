/** Which way an order goes. */
export const ORDER_SIDES = ['buy', 'sell'] as const;
export type OrderSide = (typeof ORDER_SIDES)[number];

/** How an order names its price. */
export const ORDER_TYPES = ['market', 'limit', 'stop', 'stop_limit'] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

/** How long an order works: to the session's end, until cancelled, at once or not at all in part or in whole. */
export const TIMES_IN_FORCE = ['day', 'gtc', 'ioc', 'fok'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

/** FIX OrdStatus, narrowed to the states that the database stores. */
export const ORDER_STATUSES = [
  'pending',
  'submitted',
  'filled',
  'partially_filled',
  'cancelled',
  'rejected',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** What a strategy says about a symbol. */
export const SIGNALS = ['buy', 'sell', 'hold'] as const;
export type Signal = (typeof SIGNALS)[number];

/** How grave a risk event is. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];
