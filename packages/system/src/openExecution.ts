import type { ServicePool } from '@trading/database';
import {
  createExecutionService,
  type ExecutionService,
  type ExecutionServiceOptions,
} from '@trading/execution';
import { createPreTradeRisk, createRiskEvents } from '@trading/risk';

/**
 * Execution joined to risk, without the other services: to look at orders and to act on them, with no events to react to.
 * `tradingSource` is `yahoo` unless given.
 *
 * @param pool  execution's
 */
export function openExecution(
  pool: ServicePool,
  options: Partial<Omit<ExecutionServiceOptions, 'pool' | 'risk' | 'riskEvents'>> = {},
): ExecutionService {
  return createExecutionService({
    tradingSource: 'yahoo',
    ...options,
    pool,
    risk: createPreTradeRisk(),
    riskEvents: createRiskEvents(),
  });
}
