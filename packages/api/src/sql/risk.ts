import { columns } from './columns';
import { listQuery } from './readPage';

/** Limits of accounts and of strategies in them. */
export const LIMITS = `
  SELECT ${columns({
    plain: ['account_id', 'active'],
    decimal: ['limit_value', 'current_value'],
    time: ['breached_at'],
  })}, strategy AS "strategyId", limit_type AS "limitType" FROM risk_management.limits
   WHERE ($1::text[] IS NULL OR account_id = ANY ($1)) AND ($2::text IS NULL OR account_id = $2)
   ORDER BY account_id, strategy NULLS FIRST, limit_type`;

/** Limits of accounts in a symbol. */
export const SYMBOL_LIMITS = `
  SELECT ${columns({
    plain: ['account_id', 'symbol'],
    decimal: ['max_quantity', 'max_notional', 'max_outside_session'],
    time: ['breached_at'],
  })} FROM risk_management.symbol_limits
   WHERE ($1::text[] IS NULL OR account_id = ANY ($1)) AND ($2::text IS NULL OR account_id = $2)
   ORDER BY account_id, symbol`;

/** What risk saw, newest first. */
export const RISK_EVENTS = listQuery({
  text: `SELECT ${columns({
    plain: [
      'account_id',
      'event_type',
      'severity',
      'message',
      'data',
      'correlation_id',
      'resolved_by',
      'resolution',
    ],
    time: ['created_at', 'resolved_at'],
  })}, event_id AS "riskEventId" FROM risk_management.events`,
  key: { column: 'id', type: 'bigint', order: 'DESC' },
  filters: {
    accounts: 'account_id = ANY (?::text[])',
    accountId: 'account_id = ?',
    severity: 'severity = ?',
    eventType: 'event_type = ?',
    open: '(resolved_at IS NULL) = ?',
    riskEventId: 'event_id = ?',
  },
});

/** Kill switches, newest first. */
export const KILL_SWITCHES = listQuery({
  text: `SELECT ${columns({
    plain: ['id::text', 'scope', 'target', 'level', 'reason', 'set_by', 'lifted_by'],
    time: ['set_at', 'lifted_at'],
  })} FROM risk_management.switches`,
  key: { column: 'id', type: 'bigint', order: 'DESC' },
  filters: {
    active: '(lifted_at IS NULL) = ?',
    accounts: "(scope <> 'account' OR target = ANY (?::text[]))",
  },
});
