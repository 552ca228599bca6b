import type { Sql } from '@trading/database';

/** What a strategy decided on a moment. */
export interface NewDecision {
  readonly strategyId: string;
  readonly symbol: string;
  readonly moment: Date;
  /** Of the parameters. */
  readonly version: number;
  /** What it saw: bars by symbol, which were missing, its account. */
  readonly saw: unknown;
  /** What it wanted; empty where all stays as it is. */
  readonly wanted: readonly unknown[];
  /** What it left; null where what was there stays. */
  readonly state: unknown;
  /** Why there is no decision; null where there is one. */
  readonly error: string | null;
  readonly correlationId: string;
}

const RECORD = `
INSERT INTO strategy_engine.strategy_decisions
       (strategy_id, symbol, moment, version, saw, wanted, state, error, correlation_id)
SELECT "strategyId", symbol, moment, version, saw, wanted, nullif(state, 'null'::jsonb), error, "correlationId"
  FROM jsonb_to_recordset($1) AS t("strategyId" text, symbol text, moment timestamptz, version int, saw jsonb, wanted jsonb,
                                   state jsonb, error text, "correlationId" text)
ON CONFLICT DO NOTHING`;

const DONE = `
DELETE FROM strategy_engine.pending_moments AS p
 USING jsonb_to_recordset($1) AS t("strategyId" text, symbol text, moment timestamptz)
 WHERE p.strategy_id = t."strategyId" AND p.symbol = t.symbol AND p.moment = t.moment`;

/** Records decisions; their moments no longer wait. */
export async function recordDecisions(sql: Sql, decisions: readonly NewDecision[]): Promise<void> {
  if (decisions.length === 0) return;
  const rows = JSON.stringify(decisions);
  await sql.query(RECORD, [rows], 'strategy_record_decisions');
  await sql.query(DONE, [rows], 'strategy_forget_decided');
}
