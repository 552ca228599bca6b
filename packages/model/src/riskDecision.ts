import type { OrderSide, OrderType, Severity } from './orders';

/** What causes an order, a fill or a decision, for the chain of events. */
export interface Cause {
  readonly correlationId: string;
  /** The event that led here; none for a command. */
  readonly causationId: string | null;
}

/** An order that asks to be allowed. Numbers are decimal text. */
export interface ProposedOrder {
  readonly orderId: string;
  readonly accountId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly orderType: OrderType;
  readonly quantity: string;
  readonly price: string | null;
  readonly stopPrice: string | null;
  readonly strategyId: string | null;
  /** Market time of the decision: prices at or before it count. */
  readonly decidedAt: Date;
  /** The series whose last close is the reference price. */
  readonly dataSource: string;
}

/** Risk's answer. */
export type RiskDecision =
  | {
      readonly outcome: 'allowed';
      readonly referencePrice: string | null;
      /** Each limit that was checked, with its value and what the order makes of it. */
      readonly checks: Readonly<Record<string, unknown>>;
    }
  | {
      readonly outcome: 'denied';
      /** The limit that said no, e.g. `max_order_notional`. */
      readonly limit: string;
      readonly limitValue: string | null;
      readonly observed: string | null;
      readonly reason: string;
      readonly referencePrice: string | null;
    }
  /** An order of this id is there already: it was decided before. */
  | { readonly outcome: 'known' };

/** Something that a service saw and may not judge alone. */
export interface RiskObservation {
  /** Deterministic, so that it is raised once however often it is seen; at most 100 characters. */
  readonly riskEventId: string;
  readonly accountId: string;
  readonly eventType: string;
  readonly severity: Severity;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
}
