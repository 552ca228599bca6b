import type { Transaction } from '@trading/database';
import type { PreTradeRisk, RiskDecision } from '@trading/model';
import { refuseCancel } from './sql/refuseCancel';
import { refuseSubmission } from './sql/refuseSubmission';
import { type DecidedOrderRow, reserveOrder } from './sql/reserveOrder';

/**
 * Makes the checks that execution calls through its own port. They run on the caller's connection, through doors that
 * its role may call: this holds no connection.
 */
export function createPreTradeRisk(): PreTradeRisk<Transaction> {
  return {
    reserve: async (tx, order, cause) => toDecision(await reserveOrder(tx, order, cause)),
    refuseSubmission: (tx, orderId) => refuseSubmission(tx, orderId),
    refuseCancel: (tx, order) => refuseCancel(tx, order.accountId, order.strategyId, order.symbol),
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
