import { columns } from './columns';
import { listQuery } from './readPage';

/** Accounts, by id, with what the monitor saw last. The day is the New York trading day of that. */
export const ACCOUNTS = listQuery({
  text: `SELECT ${columns({ plain: ['account_id'], decimal: ['capital', 'peak_pnl'], time: ['updated_at'], date: ['trading_day'] })},
    trim_scale(coalesce(last_pnl, 0))::text AS pnl, trim_scale(capital + coalesce(last_pnl, 0))::text AS equity,
    trim_scale(last_pnl - day_open_pnl)::text AS "dayPnl",
    (SELECT k.level FROM risk_management.switches AS k
      WHERE k.scope = 'account' AND k.target = account_id AND k.lifted_at IS NULL) AS stopped,
    (SELECT count(*)::int FROM execution.holdings AS h WHERE h.account_id = accounts.account_id AND h.quantity <> 0) AS positions,
    (SELECT trim_scale(coalesce(sum(abs(h.market_value)), 0))::text FROM execution.holdings AS h
      WHERE h.account_id = accounts.account_id) AS "grossExposure"
    FROM risk_management.accounts`,
  key: { column: 'account_id', type: 'text', order: 'ASC' },
  filters: { accounts: 'account_id = ANY (?::text[])', accountId: 'account_id = ?' },
});

/** Positions, by account and symbol; flat ones only if asked for. */
export const POSITIONS = listQuery({
  text: `SELECT ${columns({
    plain: ['account_id', 'symbol', 'mark_source'],
    decimal: [
      'quantity',
      'avg_price',
      'cost_basis',
      'realized_pnl',
      'mark_price',
      'market_value',
      'unrealized_pnl',
    ],
    time: ['marked_at', 'last_updated'],
  })} FROM execution.holdings`,
  key: { column: "(account_id || ' ' || symbol)", type: 'text', order: 'ASC' },
  filters: {
    accounts: 'account_id = ANY (?::text[])',
    accountId: 'account_id = ?',
    symbol: 'symbol = ?',
    open: '(quantity <> 0) = ?',
  },
});
