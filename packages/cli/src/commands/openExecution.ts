import type { ServicePool } from '@trading/database';
import { createExecutionService, type ExecutionService } from '@trading/execution';
import { createPreTradeRisk, createRiskEvents } from '@trading/risk';

/** Execution as a command needs it: to look, and to act on orders, with no events to react to. */
export function openExecution(pool: ServicePool): ExecutionService {
  return createExecutionService({
    pool,
    risk: createPreTradeRisk(),
    riskEvents: createRiskEvents(),
    tradingSource: 'yahoo',
  });
}
