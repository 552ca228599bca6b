import type { Transaction } from '@trading/database';
import type { Cause, ProposedOrder, RiskDecision } from '@trading/model';
import { refuseCancel } from './sql/refuseCancel';
import { refuseSubmission } from './sql/refuseSubmission';
import { type DecidedOrderRow, reserveOrder } from './sql/reserveOrder';

/** An order that is to be cancelled. */
type CancelledOrder = Pick<ProposedOrder, 'accountId' | 'symbol' | 'strategyId'>;

/**
 * Makes the checks that execution calls through its own port, `PreTradeRisk`. They run on the caller's connection,
 * through functions that its role may call: this holds no connection.
 */
export function createPreTradeRisk() {
  return {
    reserve: async (tx: Transaction, order: ProposedOrder, cause: Cause): Promise<RiskDecision> =>
      toDecision(await reserveOrder(tx, order, cause)),
    refuseSubmission: (tx: Transaction, orderId: string) => refuseSubmission(tx, orderId),
    refuseCancel: (tx: Transaction, order: CancelledOrder) =>
      refuseCancel(tx, order.accountId, order.strategyId, order.symbol),
  };
}

function toDecision(row: DecidedOrderRow | undefined): RiskDecision {
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
