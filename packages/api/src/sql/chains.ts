import { columns } from './columns';
import { listQuery } from './readPage';

/** The events of a chain in the order in which they were committed; of accounts that may be seen. */
export const CHAIN = `
  SELECT ${columns({
    plain: ['event_id', 'event_type', 'service', 'level', 'message', 'causation_id', 'data'],
    time: ['"timestamp"'],
  })} FROM logging.event_lines
   WHERE correlation_id = $1 AND ($2::text[] IS NULL OR data ->> 'accountId' IS NULL OR data ->> 'accountId' = ANY ($2))
   ORDER BY id LIMIT 1000`;

/** Log lines about events, newest first. */
export const EVENT_LINES = listQuery({
  text: `SELECT ${columns({
    plain: ['event_id', 'event_type', 'service', 'level', 'message', 'correlation_id', 'causation_id'],
    time: ['"timestamp"'],
  })} FROM logging.event_lines`,
  key: { column: 'id', type: 'bigint', order: 'DESC' },
  filters: {
    eventType: 'event_type = ?',
    level: 'level = ?',
    accounts: "(data ->> 'accountId' IS NULL OR data ->> 'accountId' = ANY (?::text[]))",
  },
});
