import { poolSql, type ServicePool } from '@trading/database';
import type { BatchHandlers } from '@trading/event-bus';
import { createKillSwitches, type KillSwitches } from './killSwitch';
import { createLimits, type Limits } from './limits';
import type { LimitType } from './limitTypes';
import { watchPositions } from './monitor';
import { createRiskEventHistory, type RiskEventHistory } from './riskEvents';
import { type KnownAccount, readAccounts } from './sql/readAccounts';

/** What the risk service is made of. */
export interface RiskServiceOptions {
  /** The service's own pool. */
  readonly pool: ServicePool;
  /** Limits whose breach after a trade sets the account's kill switch to `reduce_only`; none unless told. */
  readonly killOn?: readonly LimitType[];
}

/** Limits, kill switches, and the watch over accounts after their trades. */
export interface RiskService {
  /** Reactions to positions and cash; the consumer group is `risk`. */
  readonly batchHandlers: Required<Pick<BatchHandlers, 'position_updated' | 'cash_updated'>>;
  /** Every account that was opened, traded, or has a limit, by id. @throws TradingError `DATABASE.*` */
  accounts(): Promise<KnownAccount[]>;
  readonly limits: Limits;
  readonly killSwitches: KillSwitches;
  readonly events: RiskEventHistory;
}

/** Makes the risk service. It holds no connection of its own. */
export function createRiskService({ pool, killOn = [] }: RiskServiceOptions): RiskService {
  return {
    batchHandlers: {
      position_updated: (events, { tx }) => watchPositions(tx, events, { killOn }),
      cash_updated: (events, { tx }) => watchPositions(tx, events, { killOn }),
    },
    accounts: () => readAccounts(poolSql(pool)),
    limits: createLimits(pool),
    killSwitches: createKillSwitches(pool),
    events: createRiskEventHistory(pool),
  };
}
