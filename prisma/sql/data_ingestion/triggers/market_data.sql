CREATE OR REPLACE TRIGGER keep_bar_revisions AFTER UPDATE ON data_ingestion.market_data
  REFERENCING OLD TABLE AS was NEW TABLE AS is_now
  FOR EACH STATEMENT EXECUTE FUNCTION data_ingestion.keep_bar_revisions();
