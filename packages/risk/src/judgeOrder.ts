import { Decimal, type OrderSide, sessionOn, tradingDate } from '@trading/model';
import type { AccountState } from './accountState';
import type { Limit, PositionLimit } from './limits';
import { type LimitType, NEEDED_LIMITS } from './limitTypes';

/** A market order that asks to be allowed. */
export interface MarketOrder {
  readonly symbol: string;
  readonly side: OrderSide;
  readonly quantity: Decimal;
  readonly strategyId: string | null;
  readonly decidedAt: Date;
  /** The last close at or before the decision, and its bar's start; null where there is none within a year. */
  readonly reference: { readonly price: Decimal; readonly at: Date } | null;
}

/** What an account holds of a symbol. */
export interface JudgedHolding {
  readonly symbol: string;
  /** Signed. */
  readonly quantity: Decimal;
  readonly mark: Decimal;
}

/** An order that was asked for before. */
export interface JudgedOrder {
  readonly symbol: string;
  readonly side: OrderSide;
  readonly quantity: Decimal;
  /** 0 where it does not work any more. */
  readonly leaves: Decimal;
  readonly referencePrice: Decimal;
  readonly rejected: boolean;
  readonly decidedAt: Date;
}

/** All that a decision looks at. */
export interface JudgedAccount {
  readonly holdings: readonly JudgedHolding[];
  /** Market orders; those that work, and at least those of the last minute and of the duplicate window. */
  readonly orders: readonly JudgedOrder[];
  /** Realised and unrealised. */
  readonly pnl: Decimal;
  readonly state: AccountState;
  /** Of the account and of its strategies; other accounts' must not be among them. */
  readonly limits: readonly Limit[];
  readonly positionLimits: readonly PositionLimit[];
}

/** The limit that said no. */
export interface Denial {
  readonly limit: string;
  readonly limitValue: Decimal | null;
  readonly observed: Decimal | null;
  readonly reason: string;
}

/** Unless an account has one of its own, in seconds. */
const MAX_PRICE_AGE = new Decimal(432_000);
const MINUTE_MS = 60_000;
const ZERO = new Decimal(0);

/**
 * Judges a market order by an account's limits, in memory and reserving nothing: for a backtest. The same rules as
 * `risk_management.reserve_order`, in the same order; a test compares the two. Kill switches are not asked: they are about
 * now.
 *
 * @returns null where it is allowed
 */
export function judgeMarketOrder(order: MarketOrder, account: JudgedAccount): Denial | null {
  const book = bookOf(account, order.symbol);
  const reduces =
    order.side === 'sell'
      ? order.quantity.plus(book.sells).lte(book.held)
      : order.quantity.plus(book.buys).lte(book.held.negated());
  if (reduces) return null;
  const missing = NEEDED_LIMITS.filter((type) => accountLimit(account, type) === undefined);
  if (missing.length > 0)
    return denied('limits_missing', null, null, `no active limit for ${missing.join(', ')}`);
  if (order.reference === null)
    return denied('reference_price', null, null, `no price of ${order.symbol} in the year before`);
  for (const [limit, value, observed, breaks] of measure(order, order.reference, account, book)) {
    if (value !== undefined && breaks(observed, value))
      return denied(limit, value, observed.isFinite() ? observed : null, reasonOf(limit, value, observed));
  }
  return null;
}

function reasonOf(limit: string, value: Decimal, observed: Decimal): string {
  const figure = observed.toDecimalPlaces(8);
  const what: Readonly<Record<string, string>> = {
    max_price_age: `the last price is ${figure} s old`,
    max_outside_session: observed.isFinite()
      ? `the order was decided ${figure} s outside of the session`
      : 'there is no session of XNYS on that date, or none is known',
    max_daily_loss: `the account has lost ${figure} today`,
    max_drawdown: `the account stands ${figure} below its peak`,
  };
  return `${limit} is ${value}, ${what[limit] ?? `the order would make it ${figure}`}`;
}

type Measured = [
  limit: string,
  value: Decimal | undefined,
  observed: Decimal,
  breaks: (observed: Decimal, value: Decimal) => boolean,
];

const beyond = (observed: Decimal, value: Decimal) => observed.gt(value);
/** Losses are denied from the limit on. */
const reached = (observed: Decimal, value: Decimal) => observed.gte(value);

function measure(
  order: MarketOrder,
  { price, at }: NonNullable<MarketOrder['reference']>,
  account: JudgedAccount,
  book: SymbolBook,
): Measured[] {
  const { quantity, side, symbol, strategyId, decidedAt } = order;
  const limit = (type: LimitType) => tightest(account, type, strategyId);
  const ofSymbol = account.positionLimits.filter((one) => one.symbol === symbol || one.symbol === '*');
  // The symbol's own bound of what is held takes the place of that of `*`.
  const positionLimit = ofSymbol
    .filter(({ maxQuantity, maxNotional }) => maxQuantity !== null || maxNotional !== null)
    .sort((one, other) => Number(one.symbol === '*') - Number(other.symbol === '*'))[0];
  const sessionLimits = [
    limit('max_outside_session'),
    ...ofSymbol.map(({ maxOutsideSession }) => maxOutsideSession ?? undefined),
  ].filter((value) => value !== undefined);
  const sessionLimit = sessionLimits.length === 0 ? undefined : Decimal.min(...sessionLimits);
  const worstPrice = Decimal.max(price, book.price ?? price);
  const buys = side === 'buy' ? book.buys.plus(quantity) : book.buys;
  const sells = side === 'sell' ? book.sells.plus(quantity) : book.sells;
  const heldAfter = side === 'buy' ? book.held.plus(buys) : sells.minus(book.held);
  const gross = worst(book.held, buys, sells).times(worstPrice).plus(book.others);
  const { state, pnl } = account;
  const dayOpen =
    state.tradingDay !== null && state.tradingDay >= tradingDate(decidedAt)
      ? state.dayOpenPnl
      : state.lastPnl;
  const multiple = limit('max_buying_power');
  const duplicate = nearestTwin(order, account.orders);
  const window = limit('duplicate_window');
  const perMinute = limit('max_orders_per_minute');
  // The door counts no further than this either.
  const most = perMinute === undefined ? 0 : Math.round(perMinute.toNumber()) + 1;
  const minute = account.orders.filter(
    (one) => one.decidedAt <= decidedAt && one.decidedAt.getTime() > decidedAt.getTime() - MINUTE_MS,
  );
  return [
    ['max_price_age', limit('max_price_age') ?? MAX_PRICE_AGE, seconds(decidedAt, at), beyond],
    ['max_outside_session', sessionLimit, outsideSession(decidedAt), beyond],
    ['max_order_quantity', limit('max_order_quantity'), quantity, beyond],
    ['max_order_notional', limit('max_order_notional'), quantity.times(price), beyond],
    ['max_position_quantity', positionLimit?.maxQuantity ?? undefined, heldAfter, beyond],
    ['max_position_notional', positionLimit?.maxNotional ?? undefined, heldAfter.times(worstPrice), beyond],
    ['max_gross_exposure', limit('max_gross_exposure'), gross, beyond],
    ['max_buying_power', multiple?.times(state.capital.plus(pnl)).toDecimalPlaces(4), gross, beyond],
    ['max_daily_loss', limit('max_daily_loss'), Decimal.max(0, dayOpen.minus(pnl)), reached],
    [
      'max_drawdown',
      limit('max_drawdown'),
      Decimal.max(0, state.peakPnl.minus(pnl)).div(state.capital.plus(state.peakPnl)),
      reached,
    ],
    [
      'duplicate_window',
      duplicate === null ? undefined : window,
      duplicate ?? ZERO,
      (near, far) => near.lt(far),
    ],
    ['max_orders_per_minute', perMinute, new Decimal(Math.min(minute.length, most) + 1), beyond],
  ];
}

/** One symbol of an account, and what the others could come to at most. */
interface SymbolBook {
  readonly held: Decimal;
  readonly buys: Decimal;
  readonly sells: Decimal;
  /** The highest of its mark and its working orders' prices; null where there is neither. */
  readonly price: Decimal | null;
  /** Money: each other symbol at its worst once all its buys, or all its sells, are filled. */
  readonly others: Decimal;
}

function bookOf({ holdings, orders }: JudgedAccount, symbol: string): SymbolBook {
  const working = orders.filter(({ leaves }) => leaves.gt(0));
  const ofSymbol = (wanted: string) => {
    const holding = holdings.find((one) => one.symbol === wanted);
    const own = working.filter((one) => one.symbol === wanted);
    const leavesOf = (side: OrderSide) =>
      own.filter((one) => one.side === side).reduce((sum, { leaves }) => sum.plus(leaves), ZERO);
    const prices = [
      ...(holding === undefined ? [] : [holding.mark]),
      ...own.map((one) => one.referencePrice),
    ];
    return {
      held: holding?.quantity ?? ZERO,
      buys: leavesOf('buy'),
      sells: leavesOf('sell'),
      price: prices.length === 0 ? null : Decimal.max(...prices),
    };
  };
  const others = new Set([...holdings, ...working].map((one) => one.symbol));
  others.delete(symbol);
  const worths = [...others].map((other) => {
    const { held, buys, sells, price } = ofSymbol(other);
    return worst(held, buys, sells).times(price ?? 0);
  });
  return { ...ofSymbol(symbol), others: worths.reduce((sum, worth) => sum.plus(worth), ZERO) };
}

function worst(held: Decimal, buys: Decimal, sells: Decimal): Decimal {
  return Decimal.max(held.plus(buys).abs(), held.minus(sells).abs());
}

/** A strategy's own limit binds beside its account's: the tighter of the two holds. */
function tightest(account: JudgedAccount, type: LimitType, strategyId: string | null): Decimal | undefined {
  const values = account.limits
    .filter((one) => one.active && one.type === type)
    .filter((one) => one.strategyId === null || one.strategyId === strategyId)
    .map(({ value }) => value);
  if (values.length === 0) return undefined;
  return type === 'duplicate_window' ? Decimal.max(...values) : Decimal.min(...values);
}

function accountLimit({ limits }: JudgedAccount, type: LimitType): Limit | undefined {
  return limits.find((one) => one.active && one.strategyId === null && one.type === type);
}

/** Seconds to the nearest order that is the same; null where there is none. */
function nearestTwin(order: MarketOrder, orders: readonly JudgedOrder[]): Decimal | null {
  const twins = orders.filter(
    (one) =>
      !one.rejected &&
      one.symbol === order.symbol &&
      one.side === order.side &&
      one.quantity.eq(order.quantity),
  );
  if (twins.length === 0) return null;
  return Decimal.min(...twins.map((one) => seconds(order.decidedAt, one.decidedAt).abs()));
}

/** Seconds before the open or after the close; infinitely many on a date without a session. */
function outsideSession(moment: Date): Decimal {
  const session = sessionOn(moment);
  if (session === undefined) return new Decimal(Number.POSITIVE_INFINITY);
  return Decimal.max(0, seconds(session.open, moment), seconds(moment, session.close));
}

function seconds(later: Date, earlier: Date): Decimal {
  return new Decimal(later.getTime() - earlier.getTime()).div(1_000);
}

function denied(limit: string, limitValue: Decimal | null, observed: Decimal | null, reason: string): Denial {
  return { limit, limitValue, observed, reason };
}
