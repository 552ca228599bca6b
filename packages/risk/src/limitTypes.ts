/** What each limit of an account bounds, and in what unit. `risk_limits.limit_type` holds one of these names. */
export const LIMIT_TYPES = {
  max_order_quantity: 'shares of one order; needed',
  max_order_notional: 'money of one order, at the worst of the last price and its own prices; needed',
  price_collar: 'how far a limit or stop price may be from the last price, as a fraction of it',
  max_gross_exposure:
    'money: every position at its worst once all working orders are filled, longs and shorts added; needed',
  max_buying_power:
    'multiple of the equity that all positions at their worst may come to once working orders are filled: 1 is a cash account, 2 a margin of half; needs the capital of the account',
  max_daily_loss: 'money lost since the New York day began, realised and unrealised',
  max_drawdown: 'fraction of the highest equity that was lost since; needs the capital of the account',
  duplicate_window: 'seconds of market time in which the same order may not come twice',
  max_orders_per_minute: 'orders in a minute of market time',
  max_price_age: 'seconds by which the last price may be older than the decision; 432000 unless set',
  max_outside_session:
    'seconds before the open or after the close of the XNYS regular session; 0 is within it only; off unless set',
  max_decision_age:
    'seconds by the wall clock since the decision, of orders for a remote broker, when they are decided and when they are handed over; 129600 unless set',
} as const;

/** The name of a limit. */
export type LimitType = keyof typeof LIMIT_TYPES;

/** All names, as the database's CHECK lists them. */
export const LIMIT_TYPE_NAMES = Object.keys(LIMIT_TYPES) as LimitType[];

/** Without these an account can't open or add to a position: what isn't bounded is not allowed. */
export const NEEDED_LIMITS: readonly LimitType[] = [
  'max_order_quantity',
  'max_order_notional',
  'max_gross_exposure',
];

/** Limits of single orders: a strategy in the account may have tighter ones of its own. */
export const STRATEGY_LIMITS: readonly LimitType[] = [
  'max_order_quantity',
  'max_order_notional',
  'price_collar',
  'max_outside_session',
  'max_decision_age',
];
