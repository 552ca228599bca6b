-- Published view of the log lines about events: what each event of a chain was, and which one caused it.
-- Read by: api, src/sql/chains.ts.
CREATE OR REPLACE VIEW logging.event_lines AS
  SELECT id, event_id, event_type, service, level, "timestamp", message, correlation_id, metadata ->> 'causationId' AS causation_id,
         metadata -> 'data' AS data
    FROM logging.system_logs WHERE event_id IS NOT NULL;

COMMENT ON VIEW logging.event_lines IS
  'Published view of the log lines about events, with what caused each.';
