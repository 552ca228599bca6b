import { columns } from './columns';
import { listQuery } from './readPage';

/** Orders as they stand, denied ones too, youngest first. */
export const ORDERS = listQuery({
  text: `SELECT ${columns({
    plain: [
      'order_id',
      'account_id',
      'symbol',
      'side',
      'order_type',
      'time_in_force',
      'status',
      'trading_source',
      'signal_id',
      'broker_order_id',
      'replaces_order_id',
      'correlation_id',
      'reason',
    ],
    decimal: ['quantity', 'filled_quantity', 'avg_fill_price', 'price', 'stop_price'],
    time: ['decided_at'],
  })}, strategy AS "strategyId" FROM execution.all_orders`,
  key: { column: 'id', type: 'bigint', order: 'DESC' },
  filters: {
    accounts: 'account_id = ANY (?::text[])',
    accountId: 'account_id = ?',
    symbol: 'symbol = ?',
    statuses: 'status::text = ANY (?::text[])',
    strategyId: 'strategy = ?',
    since: 'decided_at >= ?',
    until: 'decided_at < ?',
  },
});

/** Booked trades, busts too, youngest first. */
export const FILLS = listQuery({
  text: `SELECT ${columns({
    plain: [
      'trade_id',
      'order_id',
      'account_id',
      'symbol',
      'side',
      'kind',
      'execution_id',
      'corrects_trade_id',
      'correlation_id',
    ],
    decimal: ['quantity', 'price', 'commission', 'realized_pnl'],
    time: ['executed_at'],
    date: ['settlement_date'],
  })}, strategy AS "strategyId" FROM execution.fills`,
  key: { column: 'id', type: 'bigint', order: 'DESC' },
  filters: {
    accounts: 'account_id = ANY (?::text[])',
    accountId: 'account_id = ?',
    symbol: 'symbol = ?',
    orderId: 'order_id = ?',
    strategyId: 'strategy = ?',
    since: 'executed_at >= ?',
    until: 'executed_at < ?',
  },
});

/** The symbols that an account ever traded. */
export const TRADED_SYMBOLS =
  'SELECT DISTINCT symbol FROM execution.fills WHERE account_id = $1 ORDER BY symbol';
