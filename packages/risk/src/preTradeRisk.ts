import type { Transaction } from '@trading/database';
import { refuseCancel } from './sql/refuseCancel';
import { refuseSubmission } from './sql/refuseSubmission';
import { type DecidedOrderRow, type OrderToDecide, reserveOrder } from './sql/reserveOrder';

/** What an order is asked for by, for the chain of events. */
export interface DecisionCause {
  readonly correlationId: string;
  readonly causationId: string | null;
}

/** Allowed, denied by a limit, or decided before under the same id. */
export type Decision =
  | {
      readonly outcome: 'allowed';
      readonly referencePrice: string | null;
      readonly checks: Readonly<Record<string, unknown>>;
    }
  | {
      readonly outcome: 'denied';
      readonly limit: string;
      readonly limitValue: string | null;
      readonly observed: string | null;
      readonly reason: string;
      readonly referencePrice: string | null;
    }
  | { readonly outcome: 'known' };

/** The checks before an order. */
export interface PreTradeChecks {
  /**
   * Decides on an order and reserves what it needs, in the caller's transaction: until that ends, no other order of the
   * account is decided. A denial's risk event is written and published with it.
   *
   * @throws TradingError `DATABASE.*`; nothing is allowed then
   */
  reserve(tx: Transaction, order: OrderToDecide, cause: DecisionCause): Promise<Decision>;
  /** Why an allowed order may not be handed to the broker any more, or null where it may. */
  refuseSubmission(tx: Transaction, orderId: string): Promise<string | null>;
  /** Why an order may not be cancelled, or null where it may. */
  refuseCancel(
    tx: Transaction,
    order: { readonly accountId: string; readonly symbol: string; readonly strategyId: string | null },
  ): Promise<string | null>;
}

/**
 * Makes the checks that execution calls through its own port. They run on the caller's connection, through doors that
 * its role may call: this holds no connection.
 */
export function createPreTradeRisk(): PreTradeChecks {
  return {
    reserve: async (tx, order, cause) => toDecision(await reserveOrder(tx, order, cause)),
    refuseSubmission: (tx, orderId) => refuseSubmission(tx, orderId),
    refuseCancel: (tx, order) => refuseCancel(tx, order.accountId, order.strategyId, order.symbol),
  };
}

function toDecision(row: DecidedOrderRow | undefined): Decision {
  if (row?.decision === 'known') return { outcome: 'known' };
  const referencePrice = row?.reference_price ?? null;
  if (row?.decision === 'allowed') return { outcome: 'allowed', referencePrice, checks: row.checks ?? {} };
  return {
    outcome: 'denied',
    limit: row?.limit_type ?? 'no_decision',
    limitValue: row?.limit_value ?? null,
    observed: row?.observed ?? null,
    reason: row?.reason ?? 'risk gave no decision',
    referencePrice,
  };
}
