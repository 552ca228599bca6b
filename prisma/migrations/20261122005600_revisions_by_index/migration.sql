-- The function's plan is kept by a session. Made while bar_revisions was known to be empty (after a VACUUM of the
-- database), it read the whole of it for each corrected bar, so that correcting a long series took time in proportion
-- to its square. The index is right for whatever the table holds.
ALTER FUNCTION data_ingestion.keep_bar_revisions() SET enable_seqscan = off;
