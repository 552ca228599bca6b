import type { Sql } from '@trading/database';
import { TradingError } from '@trading/model';
import type { KillLevel, KillScope } from '../killTarget';

/** A row of `kill_switches`. */
export interface KillSwitchRow {
  readonly id: string;
  readonly scope: KillScope;
  readonly target: string;
  readonly level: KillLevel;
  readonly reason: string;
  readonly set_by: string;
  readonly set_at: Date;
  readonly lifted_by: string | null;
  readonly lifted_at: Date | null;
}

const COLUMNS = 'id, scope, target, level, reason, set_by, set_at, lifted_by, lifted_at';
const LIFT = `
UPDATE risk_management.kill_switches SET lifted_at = now(), lifted_by = $3
 WHERE scope = $1 AND target = $2 AND lifted_at IS NULL RETURNING ${COLUMNS}`;
const INSERT = `
INSERT INTO risk_management.kill_switches (scope, target, level, reason, set_by) VALUES ($1, $2, $3, $4, $5) RETURNING ${COLUMNS}`;
const READ = `
SELECT ${COLUMNS} FROM risk_management.kill_switches WHERE $1 OR lifted_at IS NULL ORDER BY id DESC`;

/** Lifts the active one of a target; undefined where there is none. */
export async function liftKill(
  sql: Sql,
  scope: KillScope,
  target: string,
  by: string,
): Promise<KillSwitchRow | undefined> {
  return (await sql.query<KillSwitchRow>(LIFT, [scope, target, by]))[0];
}

/** Sets one; the database holds it to one active of a target. */
export async function insertKill(
  sql: Sql,
  kill: { scope: KillScope; target: string; level: KillLevel; reason: string; by: string },
): Promise<KillSwitchRow> {
  const rows = await sql.query<KillSwitchRow>(INSERT, [
    kill.scope,
    kill.target,
    kill.level,
    kill.reason,
    kill.by,
  ]);
  const row = rows[0];
  if (row !== undefined) return row;
  throw new TradingError('RISK.KILL_SWITCH_LOST', 'the kill switch was written and not returned', {
    kind: 'bug',
  });
}

/** The active ones, or all; newest first. */
export function readKills(sql: Sql, history: boolean): Promise<KillSwitchRow[]> {
  return sql.query<KillSwitchRow>(READ, [history]);
}
