import type { Sql } from '@trading/database';

/** A moment that a strategy is to decide on. */
export interface NewPendingMoment {
  readonly strategyId: string;
  /** Whose bar came; empty where the decision is for all symbols. */
  readonly symbol: string;
  /** Start of the bar. */
  readonly moment: Date;
  /** How long to wait for what is missing. */
  readonly waitMs: number;
  readonly correlationId: string;
  readonly causationId: string;
}

const TEXT = `
INSERT INTO strategy_engine.pending_moments (strategy_id, symbol, moment, due_at, correlation_id, causation_id)
SELECT t."strategyId", t.symbol, t.moment, now() + t."waitMs" * interval '1 millisecond', t."correlationId", t."causationId"
  FROM jsonb_to_recordset($1) AS t("strategyId" text, symbol text, moment timestamptz, "waitMs" int, "correlationId" text,
                                   "causationId" uuid)
 WHERE NOT EXISTS (
       SELECT FROM strategy_engine.strategy_decisions AS d
        WHERE d.strategy_id = t."strategyId" AND d.symbol = t.symbol AND d.moment >= t.moment)
ON CONFLICT DO NOTHING`;

/** Notes moments, each once; one that was decided on already, or is older than that, is passed over. */
export async function insertPendingMoments(sql: Sql, moments: readonly NewPendingMoment[]): Promise<void> {
  if (moments.length === 0) return;
  await sql.query(TEXT, [JSON.stringify(moments)], 'strategy_insert_pending_moments');
}
