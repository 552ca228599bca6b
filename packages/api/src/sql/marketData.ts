import { columns } from './columns';
import { listQuery } from './readPage';

/** Series of bars, by symbol and source. */
export const SERIES = listQuery({
  text: `SELECT ${columns({
    plain: ['symbol', 'data_source', 'status', 'row_count::text', 'error'],
    time: ['last_bar', 'started_at', 'finished_at'],
  })} FROM data_ingestion.series`,
  key: { column: "(symbol || ' ' || data_source)", type: 'text', order: 'ASC' },
  filters: { symbol: 'symbol = ?', dataSource: 'data_source = ?' },
});

/** Corporate actions as they are known now, cancelled ones too, the youngest ex-date first. */
export const ACTIONS = listQuery({
  text: `SELECT ${columns({
    plain: ['action_id', 'version', 'symbol', 'type', 'currency', 'new_symbol', 'source', 'status', 'reason'],
    decimal: ['numerator', 'denominator', 'amount'],
    date: ['ex_date', 'record_date', 'pay_date'],
    time: ['created_at'],
  })} FROM data_ingestion.actions`,
  key: { column: "(to_char(ex_date, 'YYYY-MM-DD') || ' ' || action_id)", type: 'text', order: 'DESC' },
  filters: { symbol: 'symbol = ?', type: 'type = ?', from: 'ex_date >= ?', to: 'ex_date <= ?' },
});

/** How many bars a series has of each New York date. */
export const COVERAGE = `
  SELECT to_char(("timestamp" AT TIME ZONE 'America/New_York')::date, 'YYYY-MM-DD') AS date, count(*)::int AS bars
    FROM data_ingestion.bars
   WHERE symbol = $1 AND data_source = $2 AND "timestamp" >= $3 AND "timestamp" < $4
   GROUP BY 1 ORDER BY 1`;

/** What checks found, newest first; what passed only if asked for. */
export const QUALITY_FINDINGS = listQuery({
  text: `SELECT ${columns({
    plain: ['symbol', 'data_source', 'check_type', 'status', 'message', 'details'],
    time: ['bar_timestamp', 'created_at'],
  })} FROM data_ingestion.quality_findings`,
  key: { column: 'id', type: 'bigint', order: 'DESC' },
  filters: {
    symbol: 'symbol = ?',
    dataSource: 'data_source = ?',
    status: 'status = ?',
    checkType: 'check_type = ?',
  },
});
