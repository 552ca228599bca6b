import { columns } from './columns';
import { listQuery } from './readPage';

/** Strategies, by id. */
export const STRATEGIES = listQuery({
  text: `SELECT ${columns({ plain: ['strategy_id', 'name', 'status', 'version', 'parameters'], time: ['created_at', 'updated_at'] })},
    parameters ->> 'accountId' AS "accountId" FROM strategy_engine.stored_strategies`,
  key: { column: 'strategy_id', type: 'text', order: 'ASC' },
  filters: {
    accounts: "parameters ->> 'accountId' = ANY (?::text[])",
    accountId: "parameters ->> 'accountId' = ?",
    strategyId: 'strategy_id = ?',
    status: 'status = ?',
  },
});

/** Versions of a strategy's parameters, newest first. */
export const STRATEGY_VERSIONS = listQuery({
  text: `SELECT ${columns({ plain: ['version', 'parameters', 'active'], time: ['created_at'] })} FROM strategy_engine.strategy_versions`,
  key: { column: 'version', type: 'bigint', order: 'DESC' },
  filters: { strategyId: 'strategy_id = ?' },
});

/** Signals, youngest first. */
export const SIGNALS = listQuery({
  text: `SELECT ${columns({
    plain: ['signal_id', 'strategy_id', 'symbol', 'signal', 'data_source', 'correlation_id'],
    decimal: ['strength', 'price'],
    time: ['bar_timestamp'],
  })} FROM strategy_engine.signals`,
  key: { column: 'id', type: 'bigint', order: 'DESC' },
  filters: {
    accounts: `strategy_id IN (SELECT s.strategy_id FROM strategy_engine.stored_strategies AS s
      WHERE s.parameters ->> 'accountId' = ANY (?::text[]))`,
    strategyId: 'strategy_id = ?',
    symbol: 'symbol = ?',
    since: 'bar_timestamp >= ?',
    until: 'bar_timestamp < ?',
  },
});

/** The performance of a strategy at the end of each trading day, youngest first. */
export const DAILY_PERFORMANCE = listQuery({
  text: `SELECT ${columns({
    plain: ['total_trades'],
    decimal: ['returns', 'sharpe_ratio', 'max_drawdown', 'win_rate'],
    date: ['date'],
  })} FROM strategy_engine.daily_performance`,
  key: { column: "to_char(date, 'YYYY-MM-DD')", type: 'text', order: 'DESC' },
  filters: { strategyId: 'strategy_id = ?', from: 'date >= ?', to: 'date <= ?' },
});
