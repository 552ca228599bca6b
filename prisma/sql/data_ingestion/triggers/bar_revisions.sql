CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON data_ingestion.bar_revisions
  FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
