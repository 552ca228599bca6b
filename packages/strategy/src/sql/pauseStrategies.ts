import type { Sql } from '@trading/database';

/** A strategy to pause, and the risk event that tells of it. */
export interface Pause {
  readonly strategyId: string;
  readonly accountId: string;
  readonly riskEventId: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
  readonly correlationId: string;
  readonly causationId: string;
}

const TEXT = `
WITH told AS (
  SELECT * FROM jsonb_to_recordset($1) AS t("strategyId" text, "accountId" text, "riskEventId" text, message text, data jsonb,
                                            "occurredAt" timestamptz, "correlationId" text, "causationId" text)
), paused AS (
  UPDATE strategy_engine.strategies SET status = 'paused'
   WHERE strategy_id IN (SELECT "strategyId" FROM told) AND status = 'active'
)
SELECT risk_management.raise_event("riskEventId", "accountId", 'strategy_paused', 'critical', message, data, "occurredAt",
                                   "correlationId", "causationId")
  FROM told`;

/** Pauses strategies and raises their risk events, in one statement. */
export async function pauseStrategies(sql: Sql, pauses: readonly Pause[]): Promise<void> {
  await sql.query(TEXT, [JSON.stringify(pauses)], 'strategy_pause_strategies');
}
