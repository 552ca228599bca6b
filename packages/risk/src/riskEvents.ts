import { poolSql, type ServicePool } from '@trading/database';
import { type Severity, TradingError } from '@trading/model';
import { mustSay, NAME_LENGTH } from './mustSay';
import { type RiskEventFilter, type RiskEventRow, readEvents } from './sql/readEvents';
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
  /** Null where it is open, resolved by itself because the limit held again, or resolved before names were kept. */
  readonly resolvedBy: string | null;
  /** What was done about it. */
  readonly resolution: string | null;
}

/** What risk saw, read and resolved. */
export interface RiskEventHistory {
  /** Newest first, 100 unless told. */
  list(filter?: RiskEventFilter): Promise<RiskEvent[]>;
  /** @throws TradingError `RISK.UNKNOWN_EVENT` */
  read(riskEventId: string): Promise<RiskEvent>;
  /**
   * Marks an event as dealt with, by whom and how; both are kept. Who resolved it first stays.
   *
   * @returns false where it was resolved before
   * @throws TradingError `RISK.UNKNOWN_EVENT`, `RISK.UNEXPLAINED` without a reason or a name of up to 100 characters
   */
  resolve(riskEventId: string, how: { readonly by: string; readonly reason: string }): Promise<boolean>;
}

/** Makes the part of the service that reads and resolves events. */
export function createRiskEventHistory(pool: ServicePool): RiskEventHistory {
  const sql = poolSql(pool);
  const read = async (riskEventId: string) => {
    const [row] = await readEvents(sql, { riskEventId });
    if (row !== undefined) return toRiskEvent(row);
    throw new TradingError('RISK.UNKNOWN_EVENT', `there is no risk event '${riskEventId}'`, {
      details: { riskEventId },
    });
  };
  return {
    list: async (filter = {}) => (await readEvents(sql, filter)).map(toRiskEvent),
    read,
    async resolve(riskEventId, { by, reason }) {
      mustSay('RISK.UNEXPLAINED', 'reason', reason);
      mustSay('RISK.UNEXPLAINED', 'by', by, NAME_LENGTH);
      const resolved = await resolveEvent(sql, riskEventId, by, reason);
      if (!resolved) await read(riskEventId);
      return resolved;
    },
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
    resolvedBy: row.resolved_by,
    resolution: row.resolution,
  };
}
