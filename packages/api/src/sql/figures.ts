import { columns } from './columns';
import { listQuery } from './readPage';

/** Figures of strategies, youngest trading date first. */
export const FIGURES = listQuery({
  text: `SELECT ${columns({
    plain: ['account_id', 'strategy_id', 'metric', 'method'],
    decimal: ['value'],
    time: ['computed_at'],
    date: ['date'],
  })} FROM analytics.figures`,
  key: {
    column: "(to_char(date, 'YYYY-MM-DD') || ' ' || strategy_id || ' ' || account_id || ' ' || metric)",
    type: 'text',
    order: 'DESC',
  },
  filters: {
    accounts: 'account_id = ANY (?::text[])',
    accountId: 'account_id = ?',
    strategyId: 'strategy_id = ?',
    metric: 'metric = ?',
    from: 'date >= ?',
    to: 'date <= ?',
  },
});

/** Equity by trading date, one curve for each strategy and account. */
export const EQUITY_CURVES = `
  SELECT account_id AS "accountId", strategy_id AS "strategyId", array_agg(to_char(date, 'YYYY-MM-DD') ORDER BY date) AS dates,
         array_agg(trim_scale(value)::text ORDER BY date) AS equity
    FROM analytics.figures
   WHERE metric = 'equity' AND value IS NOT NULL AND ($1::text[] IS NULL OR account_id = ANY ($1))
     AND ($2::text IS NULL OR account_id = $2) AND ($3::text IS NULL OR strategy_id = $3)
     AND ($4::date IS NULL OR date >= $4) AND ($5::date IS NULL OR date <= $5)
   GROUP BY account_id, strategy_id ORDER BY account_id, strategy_id`;

/** Stored reports, newest first. */
export const REPORTS = listQuery({
  text: `SELECT ${columns({
    plain: ['report_id', 'report_type', 'content'],
    time: ['created_at'],
    date: ['period_start', 'period_end'],
  })} FROM analytics.stored_reports`,
  key: { column: 'id', type: 'bigint', order: 'DESC' },
  filters: { reportType: 'report_type = ?', reportId: 'report_id = ?' },
});
