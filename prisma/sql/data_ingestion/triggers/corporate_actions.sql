CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON data_ingestion.corporate_actions
  FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
