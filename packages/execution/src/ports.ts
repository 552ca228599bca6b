import type { Transaction } from '@trading/database';
import type { PreTradeRisk as PreTradeRiskOf, RiskEvents as RiskEventsOf } from '@trading/model';

/** The checks before an order, decided and reserved in the transaction that creates it. Risk implements it. */
export type PreTradeRisk = PreTradeRiskOf<Transaction>;

/** Where execution reports what must not be lost: over-fills, late fills, fills of unknown orders. Risk implements it. */
export type RiskEvents = RiskEventsOf<Transaction>;
