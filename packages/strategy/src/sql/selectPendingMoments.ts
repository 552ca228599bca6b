import type { Sql } from '@trading/database';

/** A moment that an active strategy has yet to decide on. */
export interface PendingMoment {
  readonly strategyId: string;
  readonly symbol: string;
  readonly moment: Date;
  /** The wait is over. */
  readonly due: boolean;
  /** The latest moment that waits of the same strategy and symbol. */
  readonly latest: Date;
  readonly correlationId: string;
  readonly causationId: string;
  /** The parameters in force, as JSON text, and their version. */
  readonly parameters: string;
  readonly version: number;
  /** What the last decision left; null where there is none. */
  readonly state: unknown;
}

const FORGET = `
DELETE FROM strategy_engine.pending_moments AS p
 WHERE NOT EXISTS (SELECT FROM strategy_engine.active_strategies AS a WHERE a.strategy_id = p.strategy_id)`;

const NEXT = `
SELECT p.strategy_id, p.symbol, p.moment, p.due_at <= now() AS due, p.correlation_id, p.causation_id::text AS causation_id,
       s.parameters::text AS parameters,
       (SELECT max(l.moment) FROM strategy_engine.pending_moments AS l
         WHERE l.strategy_id = p.strategy_id AND l.symbol = p.symbol) AS latest,
       coalesce((SELECT max(c.version) FROM strategy_engine.strategy_configs AS c
                  WHERE c.strategy_id = p.strategy_id AND c.active), 0) AS version,
       (SELECT d.state FROM strategy_engine.strategy_decisions AS d
         WHERE d.strategy_id = p.strategy_id AND d.symbol = p.symbol AND d.moment < p.moment AND d.state IS NOT NULL
         ORDER BY d.moment DESC LIMIT 1) AS state
  FROM strategy_engine.pending_moments AS p
  JOIN strategy_engine.strategies AS s ON s.strategy_id = p.strategy_id AND s.status = 'active'
 WHERE NOT EXISTS (
       SELECT FROM strategy_engine.pending_moments AS earlier
        WHERE earlier.strategy_id = p.strategy_id AND earlier.symbol = p.symbol AND earlier.moment < p.moment)
 ORDER BY p.strategy_id, p.symbol
 LIMIT 500
   FOR UPDATE OF p`;

/**
 * The earliest moment of each strategy and symbol, locked against another process that decides. Moments of strategies that
 * were stopped are forgotten.
 */
export async function selectPendingMoments(sql: Sql): Promise<PendingMoment[]> {
  await sql.query(FORGET, [], 'strategy_forget_pending_moments');
  const rows = await sql.query<{
    strategy_id: string;
    symbol: string;
    moment: Date;
    due: boolean;
    latest: Date;
    correlation_id: string;
    causation_id: string;
    parameters: string;
    version: number;
    state: unknown;
  }>(NEXT, [], 'strategy_select_pending_moments');
  return rows.map(({ strategy_id, correlation_id, causation_id, ...row }) => ({
    ...row,
    strategyId: strategy_id,
    correlationId: correlation_id,
    causationId: causation_id,
  }));
}
