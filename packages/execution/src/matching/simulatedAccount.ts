import { Decimal, type OrderStatus } from '@trading/model';
import { leaves, type Order } from '../orders/order';
import { checkOrder, type OrderRequest } from '../orders/orderRequest';
import { assertTransition, isTerminal } from '../orders/transitions';
import { applyFill, averagePrice, FLAT, type Holding, unrealized } from '../positions/position';
import { DAY_IS_OVER, dayIsOver } from './dayOrders';
import type { PriceBar } from './fillPrice';
import type { Execution, SessionRule } from './matchBar';
import type { PaperBroker } from './paperBroker';

/** A fill that a simulated account booked. */
export interface SimulatedFill extends Execution {
  readonly symbol: string;
  readonly side: Order['side'];
  /** After commission. */
  readonly realizedPnl: Decimal;
}

/** What a simulated account holds of a symbol; flat where it once held some. */
export interface SimulatedPosition {
  readonly symbol: string;
  readonly holding: Holding;
  readonly realizedPnl: Decimal;
  /** The last close, or the price of a fill that came after it. */
  readonly mark: Decimal;
}

/**
 * One account's orders, fills and positions in memory: the paper broker, the order's states and the position's arithmetic
 * of the service, with no database and no books. What the service books of the same orders and bars is the same.
 */
export interface SimulatedAccount {
  /** Every order, in the order in which they were placed. */
  orders(): readonly Order[];
  positions(): readonly SimulatedPosition[];
  /** Signed quantity, and signed leaves of the working orders, of a symbol. */
  exposure(symbol: string): { readonly held: Decimal; readonly working: Decimal };
  /** Realised and unrealised, after commissions. */
  pnl(): Decimal;
  /**
   * Places an order: with a denial it is stored as rejected, otherwise the broker takes or refuses it.
   *
   * @throws TradingError `EXECUTION.INVALID_ORDER`, `MODEL.*`
   */
  place(request: OrderRequest & { readonly decidedAt: Date }, denial: string | null): Order;
  /** Lets a symbol's next bar fill its working orders, then marks its position at the close. */
  meet(symbol: string, bar: PriceBar): SimulatedFill[];
}

/** Opens an account with nothing in it. @param onPosition  told of each fill and mark, with its market time */
export function createSimulatedAccount({
  broker,
  session,
  onPosition = () => {},
}: {
  readonly broker: PaperBroker;
  readonly session: SessionRule;
  readonly onPosition?: (asOf: Date) => void;
}): SimulatedAccount {
  const orders = new Map<string, Order>();
  const working = new Map<string, Order>();
  const positions = new Map<string, SimulatedPosition>();
  /** Quantity x price of each order's fills: an average of averages would drift. */
  const filledValues = new Map<string, Decimal>();
  const workingOf = (symbol: string) => [...working.values()].filter((order) => order.symbol === symbol);

  const keep = (order: Order): Order => {
    orders.set(order.orderId, order);
    if (isTerminal(order.status)) working.delete(order.orderId);
    else working.set(order.orderId, order);
    return order;
  };
  const move = (order: Order, status: OrderStatus, reason: string | null = null): Order => {
    assertTransition(order.orderId, order.status, status);
    return keep({ ...order, status, reason });
  };
  const book = (order: Order, execution: Execution): SimulatedFill => {
    const { symbol, side } = order;
    const { quantity, price, commission } = execution;
    const before = positions.get(symbol);
    const signed = side === 'buy' ? quantity : quantity.negated();
    const effect = applyFill(before?.holding ?? FLAT, signed, price, commission);
    const realizedPnl = effect.realized.plus(before?.realizedPnl ?? 0);
    positions.set(symbol, { symbol, holding: effect.holding, realizedPnl, mark: price });
    const filledQuantity = order.filledQuantity.plus(quantity);
    const filledValue = quantity.times(price).plus(filledValues.get(order.orderId) ?? 0);
    filledValues.set(order.orderId, filledValue);
    move(
      { ...order, filledQuantity, avgFillPrice: averagePrice(filledValue, filledQuantity) },
      filledQuantity.eq(order.quantity) ? 'filled' : 'partially_filled',
    );
    onPosition(execution.executedAt);
    return { ...execution, symbol, side, realizedPnl: effect.realized };
  };
  const expire = (symbol: string, bar: PriceBar) => {
    if (session.barIsSession) return;
    for (const order of workingOf(symbol)) if (dayIsOver(order, bar)) move(order, 'cancelled', DAY_IS_OVER);
  };
  const match = (symbol: string, bar: PriceBar): SimulatedFill[] => {
    const fills: SimulatedFill[] = [];
    for (const { order, execution, triggered, cancel } of broker.match(workingOf(symbol), bar, session)) {
      keep({
        ...order,
        matchedThrough: bar.timestamp,
        triggeredAt: triggered ? (order.triggeredAt ?? bar.timestamp) : null,
      });
      const met = () => orders.get(order.orderId) ?? order;
      if (execution !== null) fills.push(book(met(), execution));
      if (cancel !== null && met().status !== 'filled') move(met(), 'cancelled', cancel);
    }
    return fills;
  };
  return {
    orders: () => [...orders.values()],
    positions: () => [...positions.values()],
    exposure: (symbol) => ({
      held: positions.get(symbol)?.holding.quantity ?? new Decimal(0),
      working: workingOf(symbol).reduce(
        (sum, order) => (order.side === 'buy' ? sum.plus(leaves(order)) : sum.minus(leaves(order))),
        new Decimal(0),
      ),
    }),
    pnl: () =>
      [...positions.values()].reduce(
        (sum, { holding, realizedPnl, mark }) => sum.plus(realizedPnl).plus(unrealized(holding, mark)),
        new Decimal(0),
      ),
    place: (request, denial) => {
      const order = keep(pendingOrder(request));
      if (denial !== null) return move(order, 'rejected', `denied: ${denial}`);
      const refusal = broker.refuse(order);
      return refusal === null ? move(order, 'submitted') : move(order, 'rejected', `rejected: ${refusal}`);
    },
    meet: (symbol, bar) => {
      expire(symbol, bar);
      const fills = match(symbol, bar);
      const position = positions.get(symbol);
      if (position !== undefined) {
        positions.set(symbol, { ...position, mark: bar.close });
        onPosition(bar.timestamp);
      }
      return fills;
    },
  };
}

function pendingOrder(request: OrderRequest & { readonly decidedAt: Date }): Order {
  const { replacesOrderId: _none, ...checked } = checkOrder(request);
  return {
    ...checked,
    filledQuantity: new Decimal(0),
    avgFillPrice: null,
    status: 'pending',
    brokerOrderId: null,
    replacesOrderId: null,
    // It is the whole market here: whatever bars it meets.
    tradingSource: checked.tradingSource ?? '',
    correlationId: null,
    triggeredAt: null,
    matchedThrough: null,
    reason: null,
  };
}
