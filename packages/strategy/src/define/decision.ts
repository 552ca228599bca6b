import {
  Decimal,
  ORDER_SIDES,
  ORDER_TYPES,
  type OrderSide,
  type OrderType,
  type Signal,
  type StrategyParameters,
  TIMES_IN_FORCE,
  type TimeInForce,
  TradingError,
} from '@trading/model';

/** A number of a decision: a double is taken as the shortest decimal that means it. */
export type Amount = number | string | Decimal;

/** What an account is to hold of a symbol, said in one of three ways. Signed: 0 is flat, below 0 is short. */
export interface Target {
  readonly symbol: string;
  /** The part of the strategy's capital. At most its allocation. */
  readonly weight?: Amount | undefined;
  /** In money. At most the allocation of the capital. */
  readonly notional?: Amount | undefined;
  /** In shares; how much that may be is for the account's limits to say. */
  readonly quantity?: Amount | undefined;
  /** 0 to 1 in steps of 0.01, 1 if it isn't given: how much of the target the signal is worth. */
  readonly strength?: Amount | undefined;
}

/** An order as it is to be placed, whatever is held. How much it may be is for the account's limits to say. */
export interface OrderWish {
  readonly symbol: string;
  readonly side: OrderSide;
  readonly quantity: Amount;
  /** `market` if it isn't given. */
  readonly orderType?: OrderType | undefined;
  /** `day` if it isn't given. */
  readonly timeInForce?: TimeInForce | undefined;
  /** Limit price of a limit or stop_limit order. */
  readonly price?: Amount | undefined;
  /** Trigger price of a stop or stop_limit order. */
  readonly stopPrice?: Amount | undefined;
}

/** What a strategy decides at a moment. What it names no target and no order for stays as it is. */
export interface Decision<State = unknown> {
  readonly targets?: readonly Target[] | undefined;
  /** Orders besides; a symbol has a target or orders, not both. At most 20 for a symbol. */
  readonly orders?: readonly OrderWish[] | undefined;
  /** What it wants to know at its next moment: a JSON value. What was there stays if it isn't given. */
  readonly state?: State | undefined;
}

/** An order that a signal carries: decimal text. */
export interface SignalOrder {
  readonly side: OrderSide;
  readonly quantity: string;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly price?: string;
  readonly stopPrice?: string;
}

/** A target or orders of a symbol, checked and sized. */
export interface Wanted {
  readonly symbol: string;
  readonly signal: Exclude<Signal, 'hold'>;
  readonly strength: Decimal;
  /** Signed, in money; of a quantity and of orders at the price of the moment. */
  readonly targetNotional: Decimal;
  /** Signed, in shares, where the strategy said that. */
  readonly targetQuantity?: Decimal;
  readonly orders?: readonly SignalOrder[];
}

/** What a decision is checked by and sized with. */
export interface SizingRules {
  readonly parameters: StrategyParameters;
  /** The part of the capital that one target, or all targets of a decision together, may take. */
  readonly allocation: Decimal;
  readonly capital: Decimal;
  /** True where one decision is for all symbols: its targets together are bounded. */
  readonly together: boolean;
  /** The close of the moment; undefined where the symbol has none. */
  priceOf(symbol: string): Decimal | undefined;
}

const ZERO = new Decimal(0);
const ONE = new Decimal(1);
const MOST_ORDERS = 20;
const WAYS = ['weight', 'notional', 'quantity'] as const;

/**
 * Checks what a strategy decided, and sizes it: a weight is strength x weight x capital, cut toward zero at 0.0001.
 *
 * @throws TradingError `STRATEGY.INVALID_DECISION` naming the symbol, the field and the value
 */
export function wantedOf(decision: Decision, rules: SizingRules): Wanted[] {
  if (typeof decision !== 'object' || decision === null)
    throw invalid('decision', decision, 'it must be { targets, orders, state }, or undefined');
  const { targets = [], orders = [] } = decision;
  for (const [field, list] of Object.entries({ targets, orders }))
    if (!Array.isArray(list)) throw invalid(field, list, 'it must be a list');
  const wanted = targets.map((target) => ofTarget(target, rules));
  if (rules.together) boundTogether(wanted, rules);
  const bySymbol = new Map<string, OrderWish[]>();
  for (const order of orders) {
    const symbol = symbolOf(order, rules);
    bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), order]);
  }
  for (const [symbol, wishes] of bySymbol) wanted.push(ofOrders(symbol, wishes, rules));
  const twice = wanted.find(
    ({ symbol }, index) => wanted.findIndex((each) => each.symbol === symbol) < index,
  );
  if (twice !== undefined)
    throw invalid('symbol', twice.symbol, 'it has two targets, or a target and orders, in one decision');
  return wanted;
}

function ofTarget(target: Target, rules: SizingRules): Wanted {
  const symbol = symbolOf(target, rules);
  const { allocation, capital } = rules;
  const ways = WAYS.filter((way) => target[way] !== undefined);
  const [way] = ways;
  if (way === undefined || ways.length > 1)
    throw invalid(
      `target of ${symbol}`,
      ways.join(' and ') || 'nothing',
      'say one of weight, notional and quantity',
    );
  const said = amount(`${way} of ${symbol}`, target[way]);
  const { strength } = target;
  const worth = strength === undefined ? ONE : amount(`strength of ${symbol}`, strength);
  if (worth.lt(0) || worth.gt(1) || worth.decimalPlaces() > 2)
    throw invalid(`strength of ${symbol}`, strength, 'it must be from 0 to 1 in steps of 0.01');
  const most = way === 'weight' ? allocation : allocation.times(capital);
  if (way !== 'quantity' && said.abs().gt(most))
    throw invalid(`${way} of ${symbol}`, target[way], `its size must be at most the allocation, ${most}`);
  const price = priceOf(symbol, rules);
  const money = said.times(way === 'weight' ? capital : way === 'quantity' ? price : ONE);
  return {
    symbol,
    signal: said.gt(0) ? 'buy' : 'sell',
    strength: worth,
    targetNotional: worth.times(money).toDecimalPlaces(4, Decimal.ROUND_DOWN),
    ...(way === 'quantity'
      ? { targetQuantity: worth.times(said).toDecimalPlaces(4, Decimal.ROUND_DOWN) }
      : {}),
  };
}

function boundTogether(wanted: readonly Wanted[], { allocation, capital }: SizingRules): void {
  const bounded = wanted.filter(({ targetQuantity }) => targetQuantity === undefined);
  const gross = bounded.reduce((sum, { targetNotional }) => sum.plus(targetNotional.abs()), ZERO);
  if (gross.gt(allocation.times(capital)))
    throw invalid(
      'targets',
      gross,
      `together they must be at most the allocation, ${allocation.times(capital)}`,
    );
}

function ofOrders(symbol: string, wishes: readonly OrderWish[], rules: SizingRules): Wanted {
  if (wishes.length > MOST_ORDERS)
    throw invalid(`orders of ${symbol}`, wishes.length, `there may be ${MOST_ORDERS} at most`);
  const orders = wishes.map((wish) => signalOrder(symbol, wish));
  const price = priceOf(symbol, rules);
  const notional = orders.reduce((sum, order) => {
    const money = new Decimal(order.quantity).times(order.price ?? price);
    return order.side === 'buy' ? sum.plus(money) : sum.minus(money);
  }, ZERO);
  return {
    symbol,
    signal: orders[0]?.side ?? 'buy',
    strength: ONE,
    targetNotional: notional.toDecimalPlaces(4, Decimal.ROUND_DOWN),
    orders,
  };
}

function priceOf(symbol: string, rules: SizingRules): Decimal {
  const price = rules.priceOf(symbol);
  if (price !== undefined) return price;
  throw invalid('symbol', symbol, 'it has no bar yet, so nothing can be said of it');
}

function signalOrder(symbol: string, wish: OrderWish): SignalOrder {
  const { side, quantity, orderType = 'market', timeInForce = 'day', price, stopPrice } = wish;
  oneOf(`side of ${symbol}`, side, ORDER_SIDES);
  oneOf(`orderType of ${symbol}`, orderType, ORDER_TYPES);
  oneOf(`timeInForce of ${symbol}`, timeInForce, TIMES_IN_FORCE);
  const limited = orderType === 'limit' || orderType === 'stop_limit';
  const stopped = orderType === 'stop' || orderType === 'stop_limit';
  return {
    side,
    quantity: positive(`quantity of ${symbol}`, quantity),
    orderType,
    timeInForce,
    ...priced('price', symbol, price, orderType, limited),
    ...priced('stopPrice', symbol, stopPrice, orderType, stopped),
  };
}

function priced(
  field: 'price' | 'stopPrice',
  symbol: string,
  value: Amount | undefined,
  orderType: OrderType,
  needed: boolean,
): { price?: string; stopPrice?: string } {
  if (!needed && value === undefined) return {};
  if (!needed) throw invalid(`${field} of ${symbol}`, value, `a ${orderType} order has none`);
  return { [field]: positive(`${field} of ${symbol}`, value) };
}

function positive(field: string, value: unknown): string {
  const decimal = amount(field, value);
  if (decimal.lte(0) || decimal.decimalPlaces() > 4)
    throw invalid(field, value, 'it must be above 0, with at most 4 decimals');
  return decimal.toFixed();
}

function oneOf(field: string, value: string, values: readonly string[]): void {
  if (!values.includes(value)) throw invalid(field, value, `it must be one of ${values.join(', ')}`);
}

function symbolOf(item: Target | OrderWish, { parameters: { symbols } }: SizingRules): string {
  const symbol: unknown = item?.symbol;
  if (typeof symbol === 'string' && symbols.includes(symbol)) return symbol;
  throw invalid('symbol', symbol, `it must be one of the strategy's: ${symbols.join(', ')}`);
}

function amount(field: string, value: unknown): Decimal {
  const number = typeof value === 'number' || typeof value === 'string' || Decimal.isDecimal(value);
  let decimal: Decimal | undefined;
  try {
    decimal = number ? new Decimal(value as Amount) : undefined;
  } catch {
    // Told of below, like anything else that is no number.
  }
  // -0 would be another text than 0.
  if (decimal?.isFinite() === true) return decimal.isZero() ? ZERO : decimal;
  throw invalid(field, value, 'it must be a number');
}

function invalid(field: string, value: unknown, why: string): TradingError {
  return new TradingError('STRATEGY.INVALID_DECISION', `${field} is ${shown(value)}: ${why}`, {
    details: { field, value: shown(value) },
  });
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, 50)}'`;
  return typeof value === 'object' && value !== null && !Decimal.isDecimal(value)
    ? 'an object'
    : String(value);
}
