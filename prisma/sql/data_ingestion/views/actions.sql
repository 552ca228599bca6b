-- Published view of the corporate actions: the last version of each, cancelled ones too.
-- Read by: execution and analytics, and by functions of execution.
CREATE OR REPLACE VIEW data_ingestion.actions AS
  SELECT a.action_id, a.version, a.symbol, a.type, a.ex_date, a.record_date, a.pay_date, a.numerator, a.denominator,
         a.amount, a.currency, a.new_symbol, a.source, a.source_id, a.status, a.reason, a.created_at
    FROM data_ingestion.corporate_actions AS a
   WHERE NOT EXISTS (SELECT FROM data_ingestion.corporate_actions AS later
                      WHERE later.action_id = a.action_id AND later.version > a.version);

COMMENT ON VIEW data_ingestion.actions IS
  'Published view of the corporate actions: the last version of each, cancelled ones too.';
