import type { Transaction } from '@trading/database';
import type { OrderSide, OrderType, Severity } from '@trading/model';

/** What causes an order or a fill, for the chain of events. */
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

/** The checks before an order, decided and reserved in the transaction that creates it. Risk implements it. */
export interface PreTradeRisk {
  /** Decides on an order; until `tx` ends, no other order of the account is decided. */
  reserve(tx: Transaction, order: ProposedOrder, cause: Cause): Promise<RiskDecision>;
  /** Why an allowed order may not be handed to the broker any more, or null where it may. */
  refuseSubmission(tx: Transaction, orderId: string): Promise<string | null>;
  /** Why an order may not be cancelled, or null where it may. */
  refuseCancel(
    tx: Transaction,
    order: { readonly accountId: string; readonly symbol: string; readonly strategyId: string | null },
  ): Promise<string | null>;
}

/** Something that execution saw and may not judge alone. */
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

/** Where execution reports what must not be lost: over-fills, late fills, fills of unknown orders. Risk implements it. */
export interface RiskEvents {
  /** Records and publishes an observation in `tx`; false where it had been already. */
  raise(tx: Transaction, observation: RiskObservation, cause: Cause): Promise<boolean>;
}
