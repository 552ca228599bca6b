import type { Decimal, OrderSide } from '@trading/model';
import type { Order } from '../orders/order';

/** Where an order stands at the broker. */
export type BrokerOrderState = 'working' | 'filled' | 'cancelled' | 'replaced' | 'rejected';

/** An order as the broker knows it. */
export interface BrokerOrder {
  readonly brokerOrderId: string;
  /** Ours, the order's `orderId`; another's where someone else placed it. */
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly quantity: Decimal;
  readonly filledQuantity: Decimal;
  readonly state: BrokerOrderState;
}

/** An execution as the broker reports it. */
export interface BrokerFill {
  /** The broker's name of it, unique in the account among what its source reports. */
  readonly executionId: string;
  /** Where it was told: on the stream, or when asked for what happened. The two may name one execution differently. */
  readonly source: 'stream' | 'history';
  readonly brokerOrderId: string;
  /** Where the broker tells it with the execution. */
  readonly clientOrderId: string | null;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly quantity: Decimal;
  readonly price: Decimal;
  readonly commission: Decimal;
  readonly executedAt: Date;
}

/** What the broker says is held; signed. */
export interface BrokerPosition {
  readonly symbol: string;
  readonly quantity: Decimal;
}

/** What comes over the broker's stream. It may come twice, late, in another order, or not at all. */
export type BrokerMessage =
  | { readonly kind: 'connected' }
  | {
      readonly kind: 'accepted' | 'cancelled' | 'replaced' | 'rejected';
      readonly order: BrokerOrder;
      readonly reason: string;
      readonly at: Date;
    }
  | { readonly kind: 'fill'; readonly order: BrokerOrder; readonly fill: BrokerFill }
  /** An execution, by whichever of its names, didn't happen. */
  | { readonly kind: 'bust'; readonly executionId: string; readonly at: Date }
  /** An execution didn't happen as it was told: `fill` is what did. */
  | {
      readonly kind: 'correction';
      readonly executionId: string;
      readonly order: BrokerOrder;
      readonly fill: BrokerFill;
      readonly at: Date;
    };

/** An open stream. */
export interface BrokerStream {
  /** Resolves once it listens; rejects with `BROKER.UNAVAILABLE` or `BROKER.UNAUTHORIZED`. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

/**
 * A broker on the other side of a network. Every call may throw a TradingError: `BROKER.UNAVAILABLE` (transient: it is not
 * known whether it took effect), `BROKER.UNAUTHORIZED`, `BROKER.REJECTED`.
 */
export interface RemoteBroker {
  readonly name: string;
  /** Places an order under its `orderId`. @throws TradingError also `BROKER.DUPLICATE_ORDER` where that id is taken */
  submit(order: Order): Promise<BrokerOrder>;
  /**
   * Asks to put an order in the place of one that works there, under its own `orderId` and for its own quantity; that it
   * was done comes over the stream. @throws TradingError also `BROKER.DUPLICATE_ORDER` where that id is taken
   */
  replace(brokerOrderId: string, by: Order): Promise<BrokerOrder>;
  /** Asks for a cancel; that it was done comes over the stream. */
  cancel(brokerOrderId: string): Promise<void>;
  findOrder(clientOrderId: string): Promise<BrokerOrder | undefined>;
  findOrderById(brokerOrderId: string): Promise<BrokerOrder | undefined>;
  /** Every order that works there, ours or not. */
  openOrders(): Promise<BrokerOrder[]>;
  /** Every execution from a moment on, oldest first. */
  fillsSince(from: Date): Promise<BrokerFill[]>;
  positions(): Promise<BrokerPosition[]>;
  /** Says `connected` each time that the stream is up: what happened before it has to be asked for. */
  listen(listener: (message: BrokerMessage) => void): BrokerStream;
}
