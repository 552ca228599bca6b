import { poolSql, type ServicePool, type Transaction } from '@trading/database';
import type { Severity } from '@trading/model';
import type { DecisionCause } from './preTradeRisk';
import { type RiskEventToRaise, raiseEvent } from './sql/raiseEvent';
import { type RiskEventRow, readEvents } from './sql/readEvents';
import { resolveEvent } from './sql/resolveEvent';

/** Something that risk saw. */
export interface RiskEvent {
  readonly riskEventId: string;
  readonly accountId: string;
  readonly eventType: string;
  readonly severity: Severity;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly correlationId: string | null;
  readonly createdAt: Date;
  /** Null while it is open. */
  readonly resolvedAt: Date | null;
}

/** Where others report to risk, on their own connection and in their own transaction. */
export interface RiskEventDesk {
  /** Records and publishes an event; false where it had been raised before. @throws TradingError `DATABASE.*` */
  raise(tx: Transaction, event: RiskEventToRaise, cause: DecisionCause): Promise<boolean>;
}

/** Makes the desk that execution calls through its own port. It holds no connection. */
export function createRiskEvents(): RiskEventDesk {
  return { raise: (tx, event, cause) => raiseEvent(tx, event, cause) };
}

/** What risk saw, read and resolved. */
export interface RiskEventHistory {
  /** Newest first, 100 unless told. */
  list(filter?: { accountId?: string; openOnly?: boolean; limit?: number }): Promise<RiskEvent[]>;
  /** Marks an event as dealt with; false where it is not there or was resolved before. */
  resolve(riskEventId: string): Promise<boolean>;
}

/** Makes the part of the service that reads and resolves events. */
export function createRiskEventHistory(pool: ServicePool): RiskEventHistory {
  const sql = poolSql(pool);
  return {
    list: async (filter = {}) => (await readEvents(sql, filter)).map(toRiskEvent),
    resolve: (riskEventId) => resolveEvent(sql, riskEventId),
  };
}

function toRiskEvent(row: RiskEventRow): RiskEvent {
  return {
    riskEventId: row.event_id,
    accountId: row.account_id,
    eventType: row.event_type,
    severity: row.severity,
    message: row.message,
    data: row.data ?? {},
    correlationId: row.correlation_id,
    createdAt: row.created_at,
    resolvedAt: row.resolved_at,
  };
}
