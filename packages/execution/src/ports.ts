import type { Transaction } from '@trading/database';
import type { Cause, ProposedOrder, RiskDecision, RiskObservation } from '@trading/model';

/**
 * The checks before an order: risk implements them, execution calls them, on execution's connection.
 */
export interface PreTradeRisk {
  /**
   * Decides on an order and reserves what it needs: until `tx` ends, no other order of the account is decided. A denial's
   * risk event is written and published with it.
   *
   * @throws TradingError `DATABASE.*`; nothing is allowed then
   */
  reserve(tx: Transaction, order: ProposedOrder, cause: Cause): Promise<RiskDecision>;
  /** Why an allowed order may not be handed to the broker any more, or null where it may. */
  refuseSubmission(tx: Transaction, orderId: string): Promise<string | null>;
  /** Why an order may not be cancelled, or null where it may. */
  refuseCancel(
    tx: Transaction,
    order: { readonly accountId: string; readonly symbol: string; readonly strategyId: string | null },
  ): Promise<string | null>;
}

/**
 * Where execution reports what must not be lost: over-fills, late fills, fills of unknown orders. Risk implements it.
 */
export interface RiskEvents {
  /** Records and publishes an observation; false where it had been already. @throws TradingError `DATABASE.*` */
  raise(tx: Transaction, observation: RiskObservation, cause: Cause): Promise<boolean>;
}
