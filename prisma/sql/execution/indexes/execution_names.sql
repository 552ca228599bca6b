ALTER TABLE execution.execution_names
  ADD CONSTRAINT execution_names_account_id_source_execution_id_key UNIQUE (account_id, source, execution_id);
