import { inTransaction, poolSql, type ServicePool } from '@trading/database';
import type { KillLevel, KillScope, KillTarget } from './killTarget';
import { mustSay, NAME_LENGTH } from './mustSay';
import { insertKill, type KillSwitchRow, liftKill, readKills } from './sql/killSwitches';
import { raiseEvent } from './sql/raiseEvent';

/** A kill switch, active or lifted. */
export interface KillSwitch {
  readonly scope: KillScope;
  /** The account, strategy or symbol; empty for `all`. */
  readonly target: string;
  readonly level: KillLevel;
  readonly reason: string;
  readonly setBy: string;
  readonly setAt: Date;
  readonly liftedBy: string | null;
  readonly liftedAt: Date | null;
}

/** Stops trading and lets it go on. It holds from the commit on: every order asks the database. */
export interface KillSwitches {
  /**
   * Sets a kill switch; one that is there already is replaced and kept as history.
   *
   * @throws TradingError `RISK.INVALID_KILL_SWITCH`, `DATABASE.*`
   */
  kill(target: KillTarget, order: { level?: KillLevel; reason: string; by: string }): Promise<KillSwitch>;
  /** Lifts it; false where none was active. @throws TradingError `RISK.INVALID_KILL_SWITCH`, `DATABASE.*` */
  resume(target: KillTarget, order: { by: string }): Promise<boolean>;
  /** The active ones; with `history`, all that ever were, newest first. */
  list(options?: { history?: boolean }): Promise<KillSwitch[]>;
}

/** Makes the kill switches. */
export function createKillSwitches(pool: ServicePool): KillSwitches {
  return {
    kill(target, { level = 'reduce_only', reason, by }) {
      const name = targetOf(target);
      said('reason', reason);
      said('by', by, NAME_LENGTH);
      return inTransaction(pool, async (tx) => {
        await liftKill(tx, target.scope, name, by);
        const row = await insertKill(tx, { scope: target.scope, target: name, level, reason, by });
        await announce(tx, 'kill_switch_set', 'critical', row, `${by} set it to ${level}: ${reason}`);
        return toKillSwitch(row);
      });
    },
    resume(target, { by }) {
      const name = targetOf(target);
      said('by', by, NAME_LENGTH);
      return inTransaction(pool, async (tx) => {
        const row = await liftKill(tx, target.scope, name, by);
        if (row === undefined) return false;
        await announce(tx, 'kill_switch_lifted', 'info', row, `${by} lifted it`);
        return true;
      });
    },
    list: async ({ history = false } = {}) => (await readKills(poolSql(pool), history)).map(toKillSwitch),
  };
}

/** Publishes a change; what is of no one account goes under `*`. */
async function announce(
  tx: Parameters<typeof raiseEvent>[0],
  eventType: 'kill_switch_set' | 'kill_switch_lifted',
  severity: 'critical' | 'info',
  row: KillSwitchRow,
  what: string,
): Promise<void> {
  const riskEventId = `${eventType}-${row.id}`;
  await raiseEvent(
    tx,
    {
      riskEventId,
      accountId: row.scope === 'account' ? row.target : '*',
      eventType,
      severity,
      message: `kill switch of ${[row.scope, row.target].filter((word) => word !== '').join(' ')}: ${what}`,
      data: { scope: row.scope, target: row.target, level: row.level, reason: row.reason },
      occurredAt: row.lifted_at ?? row.set_at,
    },
    { correlationId: riskEventId, causationId: null },
  );
}

function targetOf(target: KillTarget): string {
  if (target.scope === 'all') return '';
  said('target', target.target, NAME_LENGTH);
  return target.target;
}

function said(field: string, value: string, length?: number): void {
  mustSay('RISK.INVALID_KILL_SWITCH', field, value, length);
}

function toKillSwitch(row: KillSwitchRow): KillSwitch {
  return {
    scope: row.scope,
    target: row.target,
    level: row.level,
    reason: row.reason,
    setBy: row.set_by,
    setAt: row.set_at,
    liftedBy: row.lifted_by,
    liftedAt: row.lifted_at,
  };
}
