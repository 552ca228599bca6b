CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON data_ingestion.ingestion_status FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
