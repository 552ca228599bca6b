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

/**
 * The checks before an order: risk implements them, execution calls them, on execution's connection.
 *
 * @typeParam Tx  the transaction that creates the order
 */
export interface PreTradeRisk<Tx> {
  /**
   * Decides on an order and reserves what it needs: until `tx` ends, no other order of the account is decided. A denial's
   * risk event is written and published with it.
   *
   * @throws TradingError `DATABASE.*`; nothing is allowed then
   */
  reserve(tx: Tx, order: ProposedOrder, cause: Cause): Promise<RiskDecision>;
  /** Why an allowed order may not be handed to the broker any more, or null where it may. */
  refuseSubmission(tx: Tx, orderId: string): Promise<string | null>;
  /** Why an order may not be cancelled, or null where it may. */
  refuseCancel(
    tx: Tx,
    order: { readonly accountId: string; readonly symbol: string; readonly strategyId: string | null },
  ): Promise<string | null>;
}

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

/**
 * Where execution reports what must not be lost: over-fills, late fills, fills of unknown orders. Risk implements it.
 *
 * @typeParam Tx  the transaction that it is recorded in
 */
export interface RiskEvents<Tx> {
  /** Records and publishes an observation; false where it had been already. @throws TradingError `DATABASE.*` */
  raise(tx: Tx, observation: RiskObservation, cause: Cause): Promise<boolean>;
}
